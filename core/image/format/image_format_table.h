/*
 * The rows of IMAGE_FORMATS, one per core/image/format/format_NAME.c, for the files of this folder.
 * JPEG 2000 files begin with a JP2 box or with the codestream itself: two rows.
 */
#ifndef ASSAY_CORE_IMAGE_FORMAT_IMAGE_FORMAT_TABLE_H
#define ASSAY_CORE_IMAGE_FORMAT_IMAGE_FORMAT_TABLE_H

#include "core/image/format/image_format.h"

#define EACH_FORMAT(ROW)                                                                           \
    ROW(FORMAT_TIFF)                                                                               \
    ROW(FORMAT_JP2)                                                                                \
    ROW(FORMAT_J2K)                                                                                \
    ROW(FORMAT_PNG)                                                                                \
    ROW(FORMAT_HDF5)                                                                               \
    ROW(FORMAT_JPEG)                                                                               \
    ROW(FORMAT_HDF4)                                                                               \
    ROW(FORMAT_NETCDF)

#define DECLARE_FORMAT(row) extern const struct image_format row;
EACH_FORMAT(DECLARE_FORMAT)

/* The codestream inside a JP2 file; offsets in errors count from `from`. */
enum rc j2k_check(struct span codestream, size_t from, struct err *e) MUST_CHECK;

/* True when bytes begin with the size bytes of magic. */
static inline bool begins_with(struct span bytes, const void *magic, size_t size)
{
    return bytes.size >= size && memcmp(bytes.data, magic, size) == 0;
}

#endif
