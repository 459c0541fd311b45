/*
 * The folder a broker lives in, and the lock that says whether somebody still does.
 *
 * FOLDER/lock is held with flock(2) through a descriptor that the JVM inherits: the folder is in
 * use as long as either process lives, and stale once the lock is free.
 * Ownership: the descriptor is the caller's until broker_folder_remove or close.
 * Errors: RC_INFRA. Threads: no shared state; processes exclude each other by PARENT/.lock.
 */
#ifndef ASSAY_BENCH_TESTBED_BROKER_BROKER_FOLDER_H
#define ASSAY_BENCH_TESTBED_BROKER_BROKER_FOLDER_H

#include "base/err.h"
#include "base/home.h"

struct broker_folder {
    char path[HOME_PATH_MAX];
    char log_file[HOME_PATH_MAX]; /* VAR/log/broker-NAME.log: on the disk of var, as the disk of
                                     the folder may be the one that is full */
    int lock;                     /* holds FOLDER/lock; close-on-exec */
};

/* Removes stale folders below parent, then makes PARENT/broker-XXXXXX (mode 0700) and locks it.
 * parent NULL: ASSAY_TMPDIR, else VAR/tmp. */
enum rc broker_folder_make(const struct home *h, const char *parent, struct broker_folder *out,
                           struct err *e) MUST_CHECK;

/* Makes folder if need be and takes its lock. RC_INFRA when somebody else holds it. */
enum rc broker_folder_lock(const char *folder, int *out_fd, struct err *e) MUST_CHECK;

/* Whether the lock of folder exists and is held by some process. */
bool broker_folder_in_use(const char *folder);

#endif
