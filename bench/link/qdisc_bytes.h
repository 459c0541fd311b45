/*
 * How many bytes the queueing discipline of an interface has let pass, with all headers, also those
 * that segments handed over as one will get.
 *
 * Asked of the kernel directly (rtnetlink(7): RTM_GETQDISC, TCA_STATS2, TCA_STATS_BASIC; it is what
 * tc -s prints), since starting a program takes longer than a measurement may be wrong. Threads:
 * safe from any thread; sees the network namespace of the calling one.
 */
#ifndef ASSAY_BENCH_LINK_QDISC_BYTES_H
#define ASSAY_BENCH_LINK_QDISC_BYTES_H

#include "base/err.h"

#include <stdint.h>

/* Of the root discipline of interface name. RC_INFRA when it has none that counts. */
enum rc qdisc_bytes(const char *name, int64_t *out, struct err *e) MUST_CHECK;

#endif
