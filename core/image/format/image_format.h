/*
 * What kind of image some bytes are, told from the bytes themselves, and whether they are whole.
 *
 * A format's check walks the file's own structure as far as it goes (chunks, boxes, directories,
 * end marks) and decodes no pixels: what it cannot know, its row's `proves` does not claim.
 * NetCDF-4 files are HDF5 files and are named so; no magic number tells them apart.
 * For large files hand in a read-only mapping: nothing is copied, and what is read is read once.
 * Errors: RC_INPUT, "tiff: offset 8: …", for bytes that are of no known kind, wrong, or cut short.
 * Ownership: rows are static; spans are borrowed during the call. Threads: pure functions.
 */
#ifndef ASSAY_CORE_IMAGE_FORMAT_IMAGE_FORMAT_H
#define ASSAY_CORE_IMAGE_FORMAT_IMAGE_FORMAT_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

struct image_format {
    const char *name;                  /* as metadata names it: "tiff" */
    const char *says;                  /* for people: "TIFF and BigTIFF" */
    const char *proves;                /* what a passed check means, as half a sentence */
    const char *source;                /* the format's specification */
    bool (*begins)(struct span bytes); /* the first bytes are this format's */
    enum rc (*check)(struct span bytes, struct err *e); /* only where begins is true */
};

extern const struct image_format *const IMAGE_FORMATS[];              /* NULL-terminated */
const struct image_format *image_format_find(const char *name);       /* NULL when there is none */
const struct image_format *image_format_recognise(struct span bytes); /* NULL when there is none */

/* Recognises and checks. *out is untouched on failure. */
enum rc image_format_check(struct span bytes, const struct image_format **out,
                           struct err *e) MUST_CHECK;

#endif
