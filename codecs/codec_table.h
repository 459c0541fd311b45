/*
 * The rows of CODECS, one per codecs/codec_NAME.c: Kafka's in the order of its ids, then the codecs
 * that it does not know.
 */
#ifndef ASSAY_CODECS_CODEC_TABLE_H
#define ASSAY_CODECS_CODEC_TABLE_H

#include "codecs/codec.h"

#define EACH_CODEC(ROW)                                                                            \
    ROW(CODEC_NONE)                                                                                \
    ROW(CODEC_GZIP)                                                                                \
    ROW(CODEC_SNAPPY)                                                                              \
    ROW(CODEC_LZ4)                                                                                 \
    ROW(CODEC_ZSTD)

#define DECLARE_CODEC(row) extern const struct codec row;
EACH_CODEC(DECLARE_CODEC)

#endif
