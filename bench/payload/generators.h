/*
 * The rows of PAYLOAD_KINDS: the seeded generators, one gen_NAME.c each.
 *
 * How well each one compresses beside the real data it is modelled on: docs/payloads.md.
 */
#ifndef ASSAY_BENCH_PAYLOAD_GENERATORS_H
#define ASSAY_BENCH_PAYLOAD_GENERATORS_H

#include "bench/payload/payload.h"

#define EACH_GENERATOR(ROW)                                                                        \
    ROW(GEN_ALERT)                                                                                 \
    ROW(GEN_IOT)                                                                                   \
    ROW(GEN_WEATHER)                                                                               \
    ROW(GEN_FIRMS)                                                                                 \
    ROW(GEN_RASTER)                                                                                \
    ROW(GEN_RANDOM)

#define DECLARE_GENERATOR(row) extern const struct payload_kind row;
EACH_GENERATOR(DECLARE_GENERATOR)

/* For text kinds: appends what one() appends, again and again with a newline between, until at
 * least size_bytes were added (0: once). */
enum rc readings_append(enum rc (*one)(struct payload_source *s, struct buf *out, struct err *e),
                        struct payload_source *s, size_t size_bytes, struct buf *out,
                        struct err *e) MUST_CHECK;

#endif
