/*
 * The seeded generators, one gen_NAME.c each; payload.c lists them in PAYLOAD_KINDS.
 *
 * How well each one compresses beside the real data it is modelled on: docs/payloads.md.
 */
#ifndef ASSAY_BENCH_PAYLOAD_GENERATORS_H
#define ASSAY_BENCH_PAYLOAD_GENERATORS_H

#include "bench/payload/payload.h"

extern const struct payload_kind GEN_ALERT;
extern const struct payload_kind GEN_IOT;
extern const struct payload_kind GEN_WEATHER;
extern const struct payload_kind GEN_FIRMS;
extern const struct payload_kind GEN_RASTER;
extern const struct payload_kind GEN_RANDOM;

/* For text kinds: appends what one() appends, again and again with a newline between, until at
 * least size_bytes were added (0: once). */
enum rc readings_append(enum rc (*one)(struct payload_source *s, struct buf *out, struct err *e),
                        struct payload_source *s, size_t size_bytes, struct buf *out,
                        struct err *e) MUST_CHECK;

#endif
