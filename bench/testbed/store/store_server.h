/*
 * An object store of our own: versitygw, a real S3 server that checks signatures, in a child
 * process.
 *
 * store_server_open gives a server that answers on a free port of the loopback address, with keys
 * of its own, over an empty temporary folder; store_server_close ends it and removes the folder. It
 * dies with the process that opened it; its folder is then removed by the next broker or store.
 * Errors: RC_INFRA with one sentence, also when versitygw was never installed; RC_INTERRUPTED when
 * *stop became true. *out is empty and needs no close then.
 * Threads: to be opened from the thread that lives as long as it is needed.
 */
#ifndef ASSAY_BENCH_TESTBED_STORE_STORE_SERVER_H
#define ASSAY_BENCH_TESTBED_STORE_STORE_SERVER_H

#include "base/err.h"
#include "base/home.h"
#include "core/s3/object_store_config.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

enum { STORE_SERVER_TEXT = 64 };

struct store_server {
    char endpoint[STORE_SERVER_TEXT]; /* "http://127.0.0.1:24100" */
    char access_key[STORE_SERVER_TEXT], secret_key[STORE_SERVER_TEXT];
    char version[STORE_SERVER_TEXT]; /* "v1.0.18"; "" if unknown */
    char folder[HOME_PATH_MAX];
    int port;
    pid_t pid; /* 0: closed */
    int lock;  /* says that the folder is in use */
};

/* Whether there is one to start. */
bool store_server_is_installed(const struct home *h);
enum rc store_server_open(const struct home *h, const volatile sig_atomic_t *stop,
                          struct store_server *out, struct err *e) MUST_CHECK;
/* How clients reach it: its address and keys, and that bucket, into c. */
void store_server_access(const struct store_server *s, const char *bucket,
                         struct object_store_config *c);
void store_server_close(struct store_server *s); /* NULL and zeroed are fine */
/* Cheap: one waitpid(2). */
bool store_server_alive(struct store_server *s);

#endif
