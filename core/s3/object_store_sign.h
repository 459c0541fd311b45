/*
 * AWS Signature Version 4, as S3 wants it: in headers, or in a presigned URL.
 *
 * Source: AWS, "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)"
 * and "Using Query Parameters", Amazon S3 API Reference; their examples are the tests' known
 * answers. Paths are encoded once and keep their '/', as S3 alone does.
 * Ownership: everything in a request is borrowed; text goes to the caller's buffers. Errors:
 * RC_INPUT when something does not fit. Threads: pure functions.
 */
#ifndef ASSAY_CORE_S3_OBJECT_STORE_SIGN_H
#define ASSAY_CORE_S3_OBJECT_STORE_SIGN_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { SIGN_HASH_TEXT = 65, SIGN_DATE_TEXT = 17, SIGN_PAIRS = 16 };
#define SIGN_UNSIGNED_PAYLOAD "UNSIGNED-PAYLOAD"

struct sign_keys {
    const char *access_key, *secret_key;
    const char *session_token; /* NULL: none */
    const char *region;        /* "us-east-1" */
};

struct sign_pair {
    const char *name, *value; /* not encoded; headers' names in lower case */
};

struct sign_request {
    const char *method;                  /* "GET" */
    const char *path;                    /* "/bucket/key", not encoded */
    struct sign_pair query[SIGN_PAIRS];  /* ends with name NULL; any order */
    struct sign_pair header[SIGN_PAIRS]; /* to be signed, host included; the same */
    const char *payload_hash;            /* hex SHA-256 of the body, or SIGN_UNSIGNED_PAYLOAD */
    struct walltime now;
};

/* Hex SHA-256. */
void sign_hash(struct span bytes, char text[SIGN_HASH_TEXT]);
/* The same of bytes that come piece by piece. */
struct sign_hasher; /* opaque */
enum rc sign_hasher_open(struct sign_hasher **out, struct err *e) MUST_CHECK;
enum rc sign_hasher_add(struct sign_hasher *h, struct span bytes, struct err *e) MUST_CHECK;
enum rc sign_hasher_end(struct sign_hasher *h, char text[SIGN_HASH_TEXT], struct err *e) MUST_CHECK;
void sign_hasher_close(struct sign_hasher *h); /* NULL is fine */

/* "20130524T000000Z": the value of x-amz-date. */
void sign_date(struct walltime t, char text[SIGN_DATE_TEXT]);

/* Appends the percent-encoded path, and "?" and the encoded query when there is one. */
enum rc sign_target(const struct sign_request *r, struct buf *out, struct err *e) MUST_CHECK;

/* Appends the value of the Authorization header. */
enum rc sign_authorize(const struct sign_request *r, const struct sign_keys *k, struct buf *out,
                       struct err *e) MUST_CHECK;

/* Appends a URL that is valid for expires_s seconds (1 to 604800) from r->now. base: what stands
 * before the path, "https://host:port". r->header must hold host alone. */
enum rc sign_presign(const struct sign_request *r, const struct sign_keys *k, const char *base,
                     int64_t expires_s, struct buf *out, struct err *e) MUST_CHECK;

#endif
