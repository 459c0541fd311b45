/* Every probe, one per bench/probe/probe_NAME.c; probe.c puts them in order. */
#ifndef ASSAY_BENCH_PROBE_PROBES_H
#define ASSAY_BENCH_PROBE_PROBES_H

#include "bench/probe/probe.h"

extern const struct probe PROBE_LIBRDKAFKA_LEVELS;
extern const struct probe PROBE_IDEMPOTENCE_ACKS;
extern const struct probe PROBE_POLICY_FALLBACK;
extern const struct probe PROBE_CODEC_VISIBLE;
extern const struct probe PROBE_TOPIC_LIMIT_DIRECT;
extern const struct probe PROBE_TOPIC_LIMIT_CURE;
extern const struct probe PROBE_TOPIC_COMPRESSION;
extern const struct probe PROBE_IMAGES_TO_100MB;
extern const struct probe PROBE_CHUNKS_PUT_TOGETHER;
extern const struct probe PROBE_REASSEMBLY_GIVES_UP;
extern const struct probe PROBE_LARGE_BY_REFERENCE;
extern const struct probe PROBE_SERIALIZATION_TIME;
extern const struct probe PROBE_FORMATS_SUPPORTED;
extern const struct probe PROBE_METADATA_LIMIT;
extern const struct probe PROBE_ROLLBACK_MIXED_TOPIC;

#endif
