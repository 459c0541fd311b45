/*
 * The object store of large images: any server with the S3 API, AWS and MinIO among them.
 *
 * An image is read piece by piece, compressed frame by frame into an unnamed file, sent (in parts
 * when it is large) and referred to (object_reference.h). Reading goes the other way; what is
 * fetched is held against the reference: ETag, sizes, and a checksum per frame. Memory: two frames
 * of 8 MiB, whatever the image.
 * Nothing stays behind after a failure: no object, no part; parts that a dead server keeps are
 * aborted as soon as it answers again. An upload whose beginning was answered into the void has no
 * parts and is all that can stay; s3_store_empty ends it.
 * Errors as in object_store_http.h. Ownership: the configuration is copied; s3_store_close wipes
 * it. Threads: one owner per store.
 */
#ifndef ASSAY_CORE_S3_OBJECT_STORE_H
#define ASSAY_CORE_S3_OBJECT_STORE_H

#include "core/image/object_reference.h"
#include "core/image/route.h"
#include "core/s3/object_store_config.h"

struct s3_store; /* opaque */

enum rc s3_store_open(const struct object_store_config *c, struct s3_store **out,
                      struct err *e) MUST_CHECK;
/* RC_INFRA: what a failed upload sent could not be withdrawn and may stay; e names it. */
enum rc s3_store_close(struct s3_store *s, struct err *e); /* NULL is fine */

/* For the router: put, get and remove of this store. */
struct object_store s3_store_ops(struct s3_store *s);

/* Whether the bucket is there and our keys are good. */
enum rc s3_store_check(struct s3_store *s, struct err *e) MUST_CHECK;
enum rc s3_store_make_bucket(struct s3_store *s, struct err *e) MUST_CHECK; /* ours already: fine */

/* Removes every object below the store's prefix, which must not be "", and aborts every unfinished
 * upload there, whoever made them. *removed counts both, also of what went before a failure. */
enum rc s3_store_empty(struct s3_store *s, int64_t *removed, struct err *e) MUST_CHECK;

/* As ops->get, but through the reference's presigned URL, as a consumer without keys has to. */
enum rc s3_store_get_by_url(struct s3_store *s, struct span reference,
                            enum rc (*take)(void *to, struct span piece, struct err *e), void *to,
                            struct err *e) MUST_CHECK;

/* Bytes sent to the server as objects so far, after compression, and of the images they hold; and
 * all that went over HTTP, heads included. */
struct s3_store_sent {
    int64_t images, image_bytes, stored_bytes;
    int64_t http_sent, http_received;
};
struct s3_store_sent s3_store_sent(const struct s3_store *s);

#endif
