/*
 * One signed request to an S3 server through libcurl, tried again while that can help.
 *
 * What can help: no connection, a transfer cut or stalled, HTTP 429 and 5xx. The wait between
 * attempts doubles from 100 ms. A body is read from its source anew each time.
 * Errors say what S3 said, in words: RC_INPUT for what the caller can cure (keys, bucket, expired
 * or altered URL), RC_INTEGRITY for an object that is not there any more or was replaced, RC_INFRA
 * for everything else. Ownership: what a request holds is borrowed; http_answer_release.
 * Threads: one owner per struct http.
 */
#ifndef ASSAY_CORE_S3_OBJECT_STORE_HTTP_H
#define ASSAY_CORE_S3_OBJECT_STORE_HTTP_H

#include "base/buf.h"
#include "core/image/route.h"
#include "core/s3/object_store_config.h"
#include "core/s3/object_store_sign.h"

struct http; /* a connection that is kept open */

enum rc http_open(const struct object_store_config *c, struct http **out, struct err *e) MUST_CHECK;
void http_close(struct http *h); /* NULL is fine */

/* Heads and bodies that went over its connections so far, without TLS and TCP. */
struct http_bytes {
    int64_t sent, received;
};
struct http_bytes http_bytes(const struct http *h);

struct http_request {
    const char *method;                 /* "PUT" */
    const char *key;                    /* object; NULL: the bucket itself */
    struct sign_pair query[SIGN_PAIRS]; /* ends with name NULL */
    struct sign_pair header[8];         /* beside those that every request has; the same */
    const struct image_source *body;    /* NULL: none */
    int64_t body_offset, body_size;     /* of the source */
    const char *url;                    /* presigned: used as it is, nothing is signed; or NULL */
    /* Where the answer's content goes when the status is 2xx; NULL: into the answer. begin is
     * called before the first piece of every attempt. */
    enum rc (*begin)(void *to, struct err *e);
    enum rc (*take)(void *to, struct span piece, struct err *e);
    void *to;
    const char *doing; /* for messages: "storing images/0a.zst" */
};

enum { HTTP_ETAG_TEXT = 128, HTTP_ANSWER_MAX = 1 << 20 };
struct http_answer {
    long status;
    char etag[HTTP_ETAG_TEXT]; /* with its quotes; "" when there was none */
    int64_t length;            /* Content-Length; -1 when there was none */
    struct buf content;        /* owned; what was not taken */
    /* Of a failure: a request went out in full and nobody said what became of it. */
    bool unsure;
};

/* RC_OK: a status of 2xx. On failure nothing is owned; status (0: none came) and unsure are told.
 */
enum rc http_send(struct http *h, const struct http_request *r, struct http_answer *out,
                  struct err *e) MUST_CHECK;
void http_answer_release(struct http_answer *a); /* zeroed is fine */

/* The text of the first element <name> of an XML answer, entities resolved; false when it is not
 * there or does not fit. */
bool http_xml_text(struct span xml, const char *name, char *out, size_t room);
/* What stands in the next element <name> of *rest, which goes on behind it; false: no more. */
bool http_xml_next(struct span *rest, const char *name, struct span *inside);

#endif
