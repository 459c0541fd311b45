#define _GNU_SOURCE
#include "core/s3/object_store.h"

#include "base/clock.h"
#include "core/s3/object_store_frames.h"
#include "core/s3/object_store_listing.h"
#include "core/s3/object_store_upload.h"
#include "core/s3/spool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { KEY_BYTES = 16, KEY_TEXT = 2 * KEY_BYTES + 1 };

struct s3_store {
    struct object_store_config config;
    struct http *http; /* owned */
    struct uploads uploads;
    struct s3_store_sent sent;
};

enum rc s3_store_open(const struct object_store_config *c, struct s3_store **out, struct err *e)
{
    enum rc rc = object_store_config_check(c, e);
    if (rc != RC_OK)
        return rc;
    struct s3_store *s = calloc(1, sizeof *s);
    if (s == NULL)
        return err_set(e, RC_INFRA, "no memory for an object store");
    s->config = *c;
    rc = http_open(&s->config, &s->http, e);
    if (rc != RC_OK) {
        free(s);
        return rc;
    }
    s->uploads = (struct uploads){.http = s->http, .config = &s->config};
    *out = s;
    return RC_OK;
}

enum rc s3_store_close(struct s3_store *s, struct err *e)
{
    enum rc rc = RC_OK;
    if (s == NULL)
        return rc;
    store_upload_sweep(&s->uploads);
    if (s->uploads.left_count > 0)
        rc = err_set(e, RC_INFRA,
                     "what %zu failed uploads sent may stay in bucket %s; the first is %s%s%s",
                     s->uploads.left_count, s->config.bucket, s->uploads.left[0].key,
                     s->uploads.left[0].id[0] != '\0' ? ", upload " : "", s->uploads.left[0].id);
    http_close(s->http);
    object_store_config_wipe(&s->config);
    free(s);
    return rc;
}

struct s3_store_sent s3_store_sent(const struct s3_store *s)
{
    struct s3_store_sent sent = s->sent;
    sent.http_sent = http_bytes(s->http).sent;
    sent.http_received = http_bytes(s->http).received;
    return sent;
}

/* --- storing --- */

/* A name that nobody else has. The ending tells people what the file is. */
static enum rc make_key(const struct s3_store *s, const struct object_reference *r, char *key,
                        struct err *e)
{
    unsigned char bytes[KEY_BYTES];
    char text[KEY_TEXT];
    const char *ending = r->codec.codec->file_ending;
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return err_sys(e, RC_INFRA, errno, "no random bytes for the name of an object");
    for (size_t i = 0; i < KEY_BYTES; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    (void)snprintf(key, REFERENCE_TEXT, "%s%s%s", s->config.prefix, text,
                   ending != NULL ? ending : "");
    return RC_OK;
}

static enum rc presign(const struct s3_store *s, struct object_reference *r, struct err *e)
{
    const struct object_store_config *c = &s->config;
    const struct sign_keys keys = {.access_key = c->access_key,
                                   .secret_key = c->secret_key,
                                   .session_token =
                                       c->session_token[0] != '\0' ? c->session_token : NULL,
                                   .region = c->region};
    char path[REFERENCE_TEXT * 2 + 2];
    struct buf url;
    struct sign_request q = {.method = "GET",
                             .path = path,
                             .header = {{"host", strstr(c->endpoint, "://") + 3}},
                             .now = clock_wall()};
    (void)snprintf(path, sizeof path, "/%s/%s", r->bucket, r->key);
    buf_init(&url, sizeof r->url - 1);
    enum rc rc = sign_presign(&q, &keys, c->endpoint, c->url_valid_s, &url, e);
    if (rc == RC_OK) {
        (void)snprintf(r->url, sizeof r->url, "%s", (const char *)url.data);
        walltime_format((struct walltime){q.now.ns + c->url_valid_s * NS_PER_S}, r->expires);
    }
    buf_release(&url);
    return rc;
}

static enum rc remove_key(struct s3_store *s, const char *key, struct err *e)
{
    struct http_answer answer;
    struct http_request r = {.method = "DELETE", .key = key, .doing = "removing an object"};
    enum rc rc = http_send(s->http, &r, &answer, e);
    if (rc == RC_OK)
        http_answer_release(&answer);
    return rc;
}

/* The object is there; from here on a failure has to take it away again. */
static enum rc refer(struct s3_store *s, struct object_reference *r, struct buf *out, struct err *e)
{
    struct err ignored;
    enum rc rc = presign(s, r, e);
    if (rc == RC_OK)
        rc = object_reference_write(r, out, e);
    if (rc != RC_OK)
        (void)remove_key(s, r->key, &ignored);
    return rc;
}

static enum rc send_frames(struct s3_store *s, const struct image_source *image,
                           struct object_reference *r, struct buf *out, struct err *e)
{
    struct spool spool;
    enum rc rc = spool_open(&spool, s->config.folder, e);
    if (rc != RC_OK)
        return rc;
    struct image_source packed = *image;
    rc = frames_pack(image, s->config.codec, &spool, r, e);
    if (rc == RC_OK && r->codec.codec != codec_find("none"))
        packed = spool_source(&spool);
    if (rc == RC_OK)
        rc = make_key(s, r, r->key, e);
    if (rc == RC_OK)
        rc = store_upload(&s->uploads, r->key, &packed, r->etag, e);
    if (rc == RC_OK)
        rc = refer(s, r, out, e);
    spool_close(&spool);
    return rc;
}

static enum rc put(void *ctx, const struct image_source *image, const struct image_metadata *m,
                   struct buf *reference, struct err *e)
{
    struct s3_store *s = ctx;
    struct object_reference r = {0};
    (void)m; /* travels in the topic, beside the reference */
    if (image->size < 1)
        return err_set(e, RC_INPUT, "an image of %lld bytes cannot be stored",
                       (long long)image->size);
    store_upload_sweep(&s->uploads);
    (void)snprintf(r.bucket, sizeof r.bucket, "%s", s->config.bucket);
    enum rc rc = send_frames(s, image, &r, reference, e);
    if (rc == RC_OK) {
        s->sent.images++;
        s->sent.image_bytes += r.size;
        s->sent.stored_bytes += r.stored_size;
    }
    object_reference_release(&r);
    return rc;
}

/* --- fetching --- */

struct fetched {
    struct spool *spool;
    int64_t most; /* bytes that the reference speaks of */
};

static enum rc begin_again(void *to, struct err *e)
{
    struct fetched *f = to;
    return spool_truncate(f->spool, e);
}

static enum rc take_stored(void *to, struct span piece, struct err *e)
{
    struct fetched *f = to;
    if ((int64_t)piece.size > f->most - f->spool->size)
        return err_set(e, RC_INTEGRITY, "the object has more than the %lld bytes of its reference",
                       (long long)f->most);
    return spool_append(f->spool, piece, e);
}

static enum rc fetch(struct s3_store *s, const struct object_reference *r, bool by_url,
                     struct spool *spool, struct err *e)
{
    char doing[REFERENCE_TEXT * 2 + 16];
    struct fetched f = {.spool = spool, .most = r->stored_size};
    struct http_answer answer;
    (void)snprintf(doing, sizeof doing, "fetching %s/%s", r->bucket, r->key);
    struct http_request q = {.method = "GET",
                             .key = r->key,
                             .header = {{"if-match", r->etag}},
                             .url = by_url ? r->url : NULL,
                             .begin = begin_again,
                             .take = take_stored,
                             .to = &f,
                             .doing = doing};
    enum rc rc = http_send(s->http, &q, &answer, e);
    if (rc != RC_OK)
        return rc;
    http_answer_release(&answer);
    if (spool->size != r->stored_size)
        return err_set(e, RC_INTEGRITY, "%s: %lld bytes came, the reference speaks of %lld", doing,
                       (long long)spool->size, (long long)r->stored_size);
    return RC_OK;
}

/* A URL is followed to the object that the reference names, at our own endpoint, and nowhere
 * else: whoever writes references must not choose whom we speak to. */
static enum rc check_url(const struct s3_store *s, const struct object_reference *r, struct err *e)
{
    char path[REFERENCE_TEXT * 2 + 2];
    struct buf right;
    const struct sign_request q = {.path = path};
    if (r->url[0] == '\0')
        return err_set(e, RC_INPUT, "the reference to %s has no presigned URL", r->key);
    (void)snprintf(path, sizeof path, "/%s/%s", r->bucket, r->key);
    buf_init(&right, REFERENCE_URL_TEXT);
    enum rc rc = buf_append(&right, s->config.endpoint, strlen(s->config.endpoint), e);
    if (rc == RC_OK)
        rc = sign_target(&q, &right, e);
    if (rc == RC_OK &&
        (strncmp(r->url, (const char *)right.data, right.size) != 0 || r->url[right.size] != '?'))
        rc = err_set(e, RC_INPUT, "the presigned URL of %s leads elsewhere than to %s", r->key,
                     (const char *)right.data);
    buf_release(&right);
    return rc;
}

static enum rc check_reference(const struct s3_store *s, const struct object_reference *r,
                               bool by_url, struct err *e)
{
    if (by_url)
        return check_url(s, r, e);
    if (strcmp(r->bucket, s->config.bucket) != 0)
        return err_set(e, RC_INPUT, "the image is in bucket \"%s\"; this store is bucket \"%s\"",
                       r->bucket, s->config.bucket);
    return RC_OK;
}

/* What was not stored below our prefix is not ours to remove. */
static enum rc check_removable(const struct s3_store *s, const struct object_reference *r,
                               struct err *e)
{
    enum rc rc = check_reference(s, r, false, e);
    if (rc == RC_OK && strncmp(r->key, s->config.prefix, strlen(s->config.prefix)) != 0)
        rc = err_set(e, RC_INPUT, "%s is not removed: this store's objects begin with \"%s\"",
                     r->key, s->config.prefix);
    return rc;
}

struct taker {
    enum rc (*take)(void *to, struct span piece, struct err *e);
    void *to;
};

static enum rc get_by(struct s3_store *s, struct span reference, bool by_url, struct taker t,
                      struct err *e)
{
    struct object_reference r;
    struct spool spool;
    enum rc rc = object_reference_read(reference, &r, e);
    if (rc != RC_OK)
        return rc;
    rc = check_reference(s, &r, by_url, e);
    if (rc == RC_OK)
        rc = frames_check(&r, e);
    if (rc == RC_OK)
        rc = spool_open(&spool, s->config.folder, e);
    if (rc == RC_OK) {
        rc = fetch(s, &r, by_url, &spool, e);
        if (rc == RC_OK)
            rc = frames_unpack(&r, &spool, t.take, t.to, e);
        spool_close(&spool);
    }
    object_reference_release(&r);
    return rc;
}

static enum rc get(void *ctx, struct span reference,
                   enum rc (*take)(void *to, struct span piece, struct err *e), void *to,
                   struct err *e)
{
    return get_by(ctx, reference, false, (struct taker){take, to}, e);
}

enum rc s3_store_get_by_url(struct s3_store *s, struct span reference,
                            enum rc (*take)(void *to, struct span piece, struct err *e), void *to,
                            struct err *e)
{
    return get_by(s, reference, true, (struct taker){take, to}, e);
}

/* --- the rest --- */

static enum rc remove_image(void *ctx, struct span reference, struct err *e)
{
    struct s3_store *s = ctx;
    struct object_reference r;
    enum rc rc = object_reference_read(reference, &r, e);
    if (rc != RC_OK)
        return rc;
    rc = check_removable(s, &r, e);
    if (rc == RC_OK)
        rc = remove_key(s, r.key, e);
    object_reference_release(&r);
    return rc;
}

struct object_store s3_store_ops(struct s3_store *s)
{
    static const struct object_store_ops ops = {.put = put, .get = get, .remove = remove_image};
    return (struct object_store){.ops = &ops, .ctx = s};
}

enum rc s3_store_empty(struct s3_store *s, int64_t *removed, struct err *e)
{
    *removed = 0;
    if (s->config.prefix[0] == '\0')
        return err_set(e, RC_INPUT, "a whole bucket is not emptied: the store has no prefix");
    return listing_remove_all(s->http, s->config.prefix, removed, e);
}

enum rc s3_store_check(struct s3_store *s, struct err *e)
{
    struct http_answer answer;
    struct http_request r = {.method = "GET",
                             .query = {{"list-type", "2"}, {"max-keys", "1"}},
                             .doing = "looking into the bucket"};
    enum rc rc = http_send(s->http, &r, &answer, e);
    if (rc == RC_OK)
        http_answer_release(&answer);
    return rc;
}

enum rc s3_store_make_bucket(struct s3_store *s, struct err *e)
{
    struct http_answer answer;
    struct http_request r = {.method = "PUT", .doing = "making the bucket"};
    if (s3_store_check(s, e) == RC_OK)
        return RC_OK;
    enum rc rc = http_send(s->http, &r, &answer, e);
    if (rc == RC_OK)
        http_answer_release(&answer);
    return rc;
}
