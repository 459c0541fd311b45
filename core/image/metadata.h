/*
 * What is known of an image besides its bytes, and its JSON form (RFC 8259, one object).
 *
 * {"timestamp":"2025-10-13T10:00:00Z","satellite":"Landsat-8","location":{"lat":39.7596,
 *  "lon":-121.6219},"sensor":"OLI","resolution_m":30,"format":"tiff","source_id":"landsat_nrt"}
 * timestamp, format and source_id must be there; other members of any kind may follow and are left
 * alone. More than METADATA_MAX bytes of JSON are refused wherever metadata are written or read.
 * Errors: RC_INPUT names the member, what was found and what was expected.
 * Ownership: metadata_read fills copies; metadata_write appends to the caller's buffer. Threads:
 * pure functions.
 */
#ifndef ASSAY_CORE_IMAGE_METADATA_H
#define ASSAY_CORE_IMAGE_METADATA_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

enum {
    METADATA_MAX = 1000000, /* 1 MB: fits a topic limited to 1 MB or 1 MiB with all overhead */
    METADATA_TEXT = 128     /* room of one text with its NUL */
};

struct json;

struct image_metadata {
    char timestamp[METADATA_TEXT]; /* RFC 3339 in UTC: "2025-10-13T10:00:00Z", fractions allowed */
    char satellite[METADATA_TEXT]; /* "": not told, as sensor */
    char sensor[METADATA_TEXT];
    char format[METADATA_TEXT];    /* the name of an image format */
    char source_id[METADATA_TEXT]; /* never empty */
    bool located;
    double lat, lon;     /* degrees, WGS 84: -90 … 90, -180 … 180; only when located */
    double resolution_m; /* metres per pixel, > 0; 0: not told */
};

enum rc metadata_check(const struct image_metadata *m, struct err *e) MUST_CHECK;
/* Checks, then appends one line without a newline. */
enum rc metadata_write(const struct image_metadata *m, struct buf *out, struct err *e) MUST_CHECK;
/* *out is untouched on failure. */
enum rc metadata_read(struct span json, struct image_metadata *out, struct err *e) MUST_CHECK;

/* As other services wrote them: members that are there must be of the right kind and size; which
 * are there, and what the texts say, is not looked at. */
enum rc metadata_of_json(const struct json *object, struct image_metadata *out,
                         struct err *e) MUST_CHECK;

#endif
