/*
 * Uploads into the bucket: in one request, or in parts that appear as one object or not at
 * all.
 *
 * Parts that were sent for an object that failed cost money until they are aborted, and an object
 * whose answer was lost on the way back may be there although nobody will refer to it: both are
 * withdrawn. A withdrawal that fails, too, because the server is down, is kept and tried again by
 * store_upload_sweep, which the store calls before its next request and when it closes.
 * Ownership: borrowed. Threads: one owner.
 */
#ifndef ASSAY_CORE_S3_OBJECT_STORE_UPLOAD_H
#define ASSAY_CORE_S3_OBJECT_STORE_UPLOAD_H

#include "core/s3/object_store_http.h"

enum { UPLOAD_ID_TEXT = 1024, UPLOAD_KEY_TEXT = 512, UPLOADS_LEFT = 16 };

struct upload_left {
    char key[UPLOAD_KEY_TEXT];
    char id[UPLOAD_ID_TEXT]; /* "": it went up in one request */
};

struct uploads {
    struct http *http;
    const struct object_store_config *config;
    struct upload_left left[UPLOADS_LEFT]; /* not withdrawn yet */
    size_t left_count;
};

/* etag holds HTTP_ETAG_TEXT bytes: of the new object. On failure no object exists. */
enum rc store_upload(struct uploads *u, const char *key, const struct image_source *body,
                     char *etag, struct err *e) MUST_CHECK;
/* Withdraws what could not be withdrawn before; what still cannot is kept. */
void store_upload_sweep(struct uploads *u);

#endif
