/*
 * Objects below a prefix of the bucket: listing and removing them.
 *
 * Source: Amazon S3 API Reference, ListObjectsV2 and ListMultipartUploads. Errors as in
 * object_store_http.h. Ownership: borrowed. Threads: one owner of the connection.
 */
#ifndef ASSAY_CORE_S3_OBJECT_STORE_LISTING_H
#define ASSAY_CORE_S3_OBJECT_STORE_LISTING_H

#include "core/s3/object_store_http.h"

/* Unfinished uploads first, then objects. *removed goes on with each. A key that the server lists
 * although it does not begin with the prefix is left alone. */
enum rc listing_remove_all(struct http *h, const char *prefix, int64_t *removed,
                           struct err *e) MUST_CHECK;

#endif
