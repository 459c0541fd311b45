#include "core/s3/object_store_upload.h"

#include "core/s3/object_store_trouble.h"

#include <stdio.h>
#include <string.h>

enum { PARTS_MAX = 10000, MANIFEST_MAX = 4 << 20, NUMBER_TEXT = 24, DOING_TEXT = 640 };
static const long STATUS_NOT_FOUND = 404;

struct multipart {
    struct uploads *u;
    const char *key;
    const struct image_source *body;
    char id[UPLOAD_ID_TEXT];
    struct buf manifest; /* the XML that names every part */
};

static enum rc read_span(void *ctx, int64_t offset, void *out, size_t size, struct err *e)
{
    const struct span *s = ctx;
    (void)e;
    memcpy(out, s->data + offset, size);
    return RC_OK;
}

/* --- what failed --- */

/* RC_OK: it is not there (any more). id "": the object itself. */
static enum rc remove_one(struct uploads *u, const char *key, const char *id, struct err *e)
{
    struct http_answer answer;
    struct http_request r = {.method = "DELETE",
                             .key = key,
                             .query = {{id[0] != '\0' ? "uploadId" : NULL, id}},
                             .doing = "withdrawing a failed upload"};
    enum rc rc = http_send(u->http, &r, &answer, e);
    if (rc == RC_OK)
        http_answer_release(&answer);
    return answer.status == STATUS_NOT_FOUND ? RC_OK : rc;
}

/* The parts first: while they are there, the server may still be making an object of them. */
static enum rc withdraw(struct uploads *u, const char *key, const char *id, struct err *e)
{
    enum rc rc = id[0] != '\0' ? remove_one(u, key, id, e) : RC_OK;
    return rc == RC_OK ? remove_one(u, key, "", e) : rc;
}

/* Nothing of what failed must stay. */
static void give_up(struct uploads *u, const char *key, const char *id, struct err *e)
{
    struct err why;
    if (withdraw(u, key, id, &why) == RC_OK)
        return;
    if (u->left_count == UPLOADS_LEFT) {
        (void)err_wrap(e, "what was sent of %s may stay in the bucket (upload %s)", key, id);
        return;
    }
    struct upload_left *left = &u->left[u->left_count++];
    (void)snprintf(left->key, sizeof left->key, "%s", key);
    (void)snprintf(left->id, sizeof left->id, "%s", id);
}

/* Without one no reader could tell the object from another's. */
static enum rc take_etag(const struct http_answer *answer, const char *doing, char *etag,
                         struct err *e)
{
    if (answer->etag[0] == '\0')
        return err_set(e, RC_INFRA, "%s: the server did not say an ETag of less than %d bytes",
                       doing, HTTP_ETAG_TEXT);
    (void)snprintf(etag, HTTP_ETAG_TEXT, "%s", answer->etag);
    return RC_OK;
}

/* --- in one request --- */

static enum rc put(struct uploads *u, const char *key, const struct image_source *body, char *etag,
                   struct err *e)
{
    char doing[DOING_TEXT];
    struct http_answer answer;
    struct http_request r = {.method = "PUT", .key = key, .body = body, .body_size = body->size};
    (void)snprintf(doing, sizeof doing, "storing %s/%s", u->config->bucket, key);
    r.doing = doing;
    enum rc rc = http_send(u->http, &r, &answer, e);
    bool stored = rc == RC_OK || answer.unsure;
    if (rc == RC_OK) {
        rc = take_etag(&answer, doing, etag, e);
        http_answer_release(&answer);
    }
    if (rc != RC_OK && stored)
        give_up(u, key, "", e);
    return rc;
}

/* --- in parts --- */

static enum rc begin(struct multipart *m, struct err *e)
{
    struct http_answer answer;
    struct http_request r = {.method = "POST",
                             .key = m->key,
                             .query = {{"uploads", ""}},
                             .doing = "beginning an upload in parts"};
    enum rc rc = http_send(m->u->http, &r, &answer, e);
    if (rc != RC_OK)
        return rc;
    if (!http_xml_text(buf_span(&answer.content), "UploadId", m->id, sizeof m->id))
        rc = err_set(e, RC_INFRA, "the server began an upload in parts and did not say its id");
    http_answer_release(&answer);
    return rc;
}

static enum rc send_part(struct multipart *m, int64_t number, int64_t offset, int64_t size,
                         struct err *e)
{
    char text[NUMBER_TEXT];
    char doing[DOING_TEXT];
    char etag[HTTP_ETAG_TEXT];
    struct http_answer answer;
    (void)snprintf(text, sizeof text, "%lld", (long long)number);
    (void)snprintf(doing, sizeof doing, "storing part %s of %s/%s", text, m->u->config->bucket,
                   m->key);
    struct http_request r = {.method = "PUT",
                             .key = m->key,
                             .query = {{"partNumber", text}, {"uploadId", m->id}},
                             .body = m->body,
                             .body_offset = offset,
                             .body_size = size,
                             .doing = doing};
    enum rc rc = http_send(m->u->http, &r, &answer, e);
    if (rc != RC_OK)
        return rc;
    rc = take_etag(&answer, doing, etag, e);
    if (rc == RC_OK)
        rc = buf_appendf(&m->manifest, e, "<Part><PartNumber>%s</PartNumber><ETag>%s</ETag></Part>",
                         text, etag);
    http_answer_release(&answer);
    return rc;
}

static enum rc send_parts(struct multipart *m, struct err *e)
{
    int64_t size = m->u->config->part_bytes;
    int64_t least = m->body->size / PARTS_MAX + 1;
    if (size < least)
        size = least;
    enum rc rc = buf_appendf(&m->manifest, e, "<CompleteMultipartUpload>");
    int64_t number = 1;
    for (int64_t at = 0; rc == RC_OK && at < m->body->size; at += size) {
        int64_t left = m->body->size - at;
        rc = send_part(m, number++, at, left < size ? left : size, e);
    }
    return rc == RC_OK ? buf_appendf(&m->manifest, e, "</CompleteMultipartUpload>") : rc;
}

/* Whether the object is there in full, though the answer that said so was lost. */
static bool is_there(struct multipart *m, char *etag)
{
    struct err ignored;
    struct http_answer answer;
    struct http_request r = {.method = "HEAD", .key = m->key, .doing = "looking for the object"};
    if (http_send(m->u->http, &r, &answer, &ignored) != RC_OK)
        return false;
    bool whole =
        answer.length == m->body->size && take_etag(&answer, r.doing, etag, &ignored) == RC_OK;
    http_answer_release(&answer);
    return whole;
}

static enum rc complete(struct multipart *m, char *etag, struct err *e)
{
    struct span manifest = buf_span(&m->manifest);
    struct image_source body = {
        .read = read_span, .ctx = &manifest, .size = (int64_t)manifest.size};
    struct http_answer answer;
    struct http_request r = {.method = "POST",
                             .key = m->key,
                             .query = {{"uploadId", m->id}},
                             .body = &body,
                             .body_size = body.size,
                             .doing = "completing an upload in parts"};
    enum rc rc = http_send(m->u->http, &r, &answer, e);
    if (rc != RC_OK)
        return is_there(m, etag) ? RC_OK : rc;
    /* S3 may say 200 first and think otherwise later. */
    char code[64];
    if (http_xml_text(buf_span(&answer.content), "Code", code, sizeof code)) {
        (void)store_trouble(m->u->config, answer.status, buf_span(&answer.content), e);
        rc = err_wrap(e, "%s", r.doing);
    } else if (!http_xml_text(buf_span(&answer.content), "ETag", etag, HTTP_ETAG_TEXT)) {
        rc = err_set(e, RC_INFRA, "%s: the server did not say the object's ETag", r.doing);
    }
    http_answer_release(&answer);
    return rc;
}

static enum rc put_in_parts(struct uploads *u, const char *key, const struct image_source *body,
                            char *etag, struct err *e)
{
    struct multipart m = {.u = u, .key = key, .body = body};
    buf_init(&m.manifest, MANIFEST_MAX);
    enum rc rc = begin(&m, e);
    if (rc == RC_OK) {
        rc = send_parts(&m, e);
        if (rc == RC_OK)
            rc = complete(&m, etag, e);
        if (rc != RC_OK)
            give_up(u, key, m.id, e);
    }
    buf_release(&m.manifest);
    return rc;
}

enum rc store_upload(struct uploads *u, const char *key, const struct image_source *body,
                     char *etag, struct err *e)
{
    if (body->size > u->config->multipart_bytes)
        return put_in_parts(u, key, body, etag, e);
    return put(u, key, body, etag, e);
}

void store_upload_sweep(struct uploads *u)
{
    size_t kept = 0;
    for (size_t i = 0; i < u->left_count; i++) {
        struct err why;
        if (withdraw(u, u->left[i].key, u->left[i].id, &why) != RC_OK)
            u->left[kept++] = u->left[i];
    }
    u->left_count = kept;
}
