/* Every codec, one per codecs/codec_NAME.c; codec.c puts them in the order of Kafka's ids. */
#ifndef ASSAY_CODECS_CODEC_TABLE_H
#define ASSAY_CODECS_CODEC_TABLE_H

#include "codecs/codec.h"

extern const struct codec CODEC_NONE;
extern const struct codec CODEC_GZIP;
extern const struct codec CODEC_SNAPPY;
extern const struct codec CODEC_LZ4;
extern const struct codec CODEC_ZSTD;

#endif
