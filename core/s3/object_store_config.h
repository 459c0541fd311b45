/*
 * Configuration of the object store: endpoint, bucket and credentials from the usual AWS variables.
 *
 * AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION or AWS_DEFAULT_REGION
 * (us-east-1), AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL, AWS_CA_BUNDLE; what the caller sets wins.
 * Without an endpoint it is AWS itself. Buckets are addressed in the path (http://host/bucket/key),
 * which AWS, MinIO and every compatible server take.
 * Errors: RC_INPUT names what is missing or wrong and where it is set; secrets are never in it.
 * Ownership: plain memory; object_store_config_wipe when done. Threads: one owner.
 */
#ifndef ASSAY_CORE_S3_OBJECT_STORE_CONFIG_H
#define ASSAY_CORE_S3_OBJECT_STORE_CONFIG_H

#include "base/err.h"
#include "codecs/codec.h"

#include <stdint.h>

enum { STORE_TEXT = 256, STORE_TOKEN_TEXT = 4096, STORE_PATH_TEXT = 4096 };

struct object_store_config {
    char endpoint[STORE_TEXT]; /* "http://127.0.0.1:7070", no path, no trailing slash */
    char bucket[STORE_TEXT];   /* 3 to 63 of a-z 0-9 . - */
    char prefix[STORE_TEXT];   /* of keys: "images/"; may be "" */
    char region[STORE_TEXT];   /* "us-east-1" */
    char access_key[STORE_TEXT];
    char secret_key[STORE_TEXT];
    char session_token[STORE_TOKEN_TEXT]; /* "": none */
    char ca_file[STORE_PATH_TEXT];        /* PEM; "": the system's */
    char folder[STORE_PATH_TEXT]; /* for compressed images on their way; "": TMPDIR or /tmp */
    struct codec_spec codec;      /* to compress with before upload */
    int64_t multipart_bytes;      /* objects beyond this go up in parts */
    int64_t part_bytes;           /* of so many bytes each, 5 MiB at least (S3's limit) */
    int64_t url_valid_s;          /* of presigned URLs, 1 to 604800 */
    int64_t stall_ns;             /* a transfer that stands still for so long has failed */
    int attempts;                 /* for each request; at least 1 */
};

/* Defaults (64 MB, parts of 16 MiB, one hour, 30 s, 4 attempts, zstd-1) and the environment. */
void object_store_config_init(struct object_store_config *c);
/* url, without slashes at its end. */
void object_store_config_endpoint(struct object_store_config *c, const char *url);
enum rc object_store_config_check(const struct object_store_config *c, struct err *e) MUST_CHECK;
void object_store_config_wipe(struct object_store_config *c); /* NULL is fine */

#endif
