/*
 * Metrics of a run for monitoring: --metrics serves them, --pushgateway pushes them.
 *
 * Read before anything is started, opened before the first run and closed after the last, so that
 * counters go on over all of them. Without either option nothing is opened, and nothing is tallied.
 * Ownership: run_export_close ends threads, closes the port and forgets the gateway's password; a
 * struct run_export must not be moved once it is open. Threads: main only.
 */
#ifndef ASSAY_CLI_RUN_EXPORT_H
#define ASSAY_CLI_RUN_EXPORT_H

#include "bench/export/exporter.h"
#include "bench/export/pusher.h"
#include "bench/trial/live_metrics.h"
#include "cli/command.h"
#include "cli/progress.h"

struct run_export {
    bool serve, push;
    struct listen_address address;
    struct push_target target;
    struct live_metrics *live; /* owned; NULL: there are no live metrics */
    struct exporter *exporter;
    struct pusher *pusher;
};

/* Errors name the option. */
enum rc run_export_read(const struct args *a, struct run_export *out, struct err *e) MUST_CHECK;
/* Binds the port and says where it is; RC_INPUT when it cannot be had. On failure
 * run_export_close is still needed. */
enum rc run_export_open(struct run_export *x, struct progress *p, struct err *e) MUST_CHECK;
/* A gateway that does not answer is told about, once; also when quiet. */
void run_export_warn(struct run_export *x, struct progress *p);
/* Pushes a last time first. Zeroed is fine. */
void run_export_close(struct run_export *x, struct progress *p);

#endif
