/*
 * Serves metrics over HTTP to whoever scrapes: GET /metrics, and a short page at /.
 *
 * Other paths are 404, methods other than GET and HEAD 405. The text is made when it is asked for.
 * One thread of its own serves all: it shares a machine with sender and receiver, but no lock, no
 * memory that they write and no file. There is neither login nor TLS: that is why loopback is the
 * default.
 * Ownership: exporter_close ends the thread and closes the port; the source is borrowed.
 * Threads: open and close by one; the source is called from the exporter's thread.
 */
#ifndef ASSAY_BENCH_EXPORT_EXPORTER_H
#define ASSAY_BENCH_EXPORT_EXPORTER_H

#include "base/buf.h"
#include "bench/export/listen_address.h"

enum { EXPORT_TEXT_MAX = 1 << 20, EXPORT_RUN_MAX = 256 };

/* What is exported: a text of metrics, made anew for each who asks. The exporter and the pusher
 * call it from threads of their own. ctx is borrowed and outlives them. */
struct export_source {
    /* Appends the metrics as Prometheus text (base/prometheus.h). */
    enum rc (*write)(void *ctx, struct buf *out, struct err *e);
    /* The id of the run into text, which holds EXPORT_RUN_MAX bytes; "": none has begun. */
    void (*run)(void *ctx, char *text);
    void *ctx;
};

struct exporter; /* opaque */

/* The port is bound when it returns. RC_INPUT: an address that is not of this machine, a port that
 * is in use or not ours to take; RC_INFRA: no memory, no thread. */
enum rc exporter_open(const struct listen_address *at, const struct export_source *source,
                      struct exporter **out, struct err *e) MUST_CHECK;
/* "http://127.0.0.1:9464/metrics", with the port that was taken; borrowed from x. */
const char *exporter_url(const struct exporter *x);
void exporter_close(struct exporter *x); /* NULL is fine */

#endif
