/* The rows of IMAGE_FORMATS, one per core/image/format_NAME.c. For the files of core/image only. */
#ifndef ASSAY_CORE_IMAGE_FORMAT_IMAGE_FORMAT_TABLE_H
#define ASSAY_CORE_IMAGE_FORMAT_IMAGE_FORMAT_TABLE_H

#include "core/image/format/image_format.h"

extern const struct image_format FORMAT_TIFF;
extern const struct image_format FORMAT_JP2;
extern const struct image_format FORMAT_J2K;
extern const struct image_format FORMAT_PNG;
extern const struct image_format FORMAT_HDF5;
extern const struct image_format FORMAT_JPEG;
extern const struct image_format FORMAT_HDF4;
extern const struct image_format FORMAT_NETCDF;

/* The codestream inside a JP2 file; offsets in errors count from `from`. */
enum rc j2k_check(struct span codestream, size_t from, struct err *e) MUST_CHECK;

/* True when bytes begin with the size bytes of magic. */
static inline bool begins_with(struct span bytes, const void *magic, size_t size)
{
    return bytes.size >= size && memcmp(bytes.data, magic, size) == 0;
}

#endif
