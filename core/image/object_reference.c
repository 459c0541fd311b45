#include "core/image/object_reference.h"

#include "base/json.h"
#include "base/json_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t object_frame_size(const struct object_reference *r, size_t i)
{
    int64_t left = r->size - (int64_t)i * r->frame_bytes;
    return left < r->frame_bytes ? left : r->frame_bytes;
}

enum rc object_reference_write(const struct object_reference *r, struct buf *out, struct err *e)
{
    struct json_writer w;
    char codec[CODEC_SPEC_TEXT];
    json_writer_init(&w, out, JSON_ONE_LINE);
    json_write_object(&w, NULL);
    json_write_text(&w, "store", "s3");
    json_write_text(&w, "bucket", r->bucket);
    json_write_text(&w, "key", r->key);
    json_write_text(&w, "etag", r->etag);
    json_write_text(&w, "codec", codec_spec_format(r->codec, codec));
    json_write_int(&w, "size", r->size);
    json_write_int(&w, "stored_size", r->stored_size);
    json_write_int(&w, "frame_bytes", r->frame_bytes);
    json_write_array(&w, "frames");
    for (size_t i = 0; i < r->frame_count; i++) {
        json_write_array(&w, NULL);
        json_write_int(&w, NULL, r->frames[i].stored_size);
        json_write_int(&w, NULL, (int64_t)r->frames[i].crc32c);
        json_write_close(&w);
    }
    json_write_close(&w);
    if (r->url[0] != '\0') {
        json_write_text(&w, "url", r->url);
        json_write_text(&w, "expires", r->expires);
    }
    json_write_close(&w);
    return json_writer_end(&w, e);
}

/* --- reading --- */

static enum rc wrong(struct err *e, const char *name, const char *why)
{
    return err_set(e, RC_INTEGRITY, "image reference: %s: %s", name, why);
}

static enum rc read_text(const struct json *o, const char *name, char *out, size_t room,
                         struct err *e)
{
    const struct json *v = json_get(o, name);
    if (v == NULL || json_kind(v) != JSON_KIND_TEXT)
        return wrong(e, name, v == NULL ? "is missing" : "must be a text");
    if (strlen(json_text(v)) >= room)
        return wrong(e, name, "is too long");
    (void)snprintf(out, room, "%s", json_text(v));
    return RC_OK;
}

/* True for a text that can be sent in a header: one line of printable characters. */
static bool is_plain(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text <= ' ' || *text > '~')
            return false;
    return true;
}

/* A key that names an object in the bucket and nothing beside it, whoever resolves its dots. */
static bool is_key(const char *key)
{
    if (key[0] == '\0' || key[0] == '/')
        return false;
    for (const char *at = key; at != NULL; at = strchr(at, '/')) {
        at += at != key;
        size_t size = strcspn(at, "/");
        if ((size == 1 && at[0] == '.') || (size == 2 && memcmp(at, "..", 2) == 0))
            return false;
    }
    for (; *key != '\0'; key++)
        if ((unsigned char)*key < ' ' || *key == '\x7f')
            return false;
    return true;
}

static bool is_etag(const char *etag)
{
    return etag[0] != '\0' && is_plain(etag);
}

static bool is_url(const char *url)
{
    return is_plain(url) && (strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0);
}

static enum rc check_names(const struct object_reference *r, struct err *e)
{
    if (!is_key(r->key))
        return wrong(e, "key", "names no object below the bucket");
    if (!is_etag(r->etag))
        return wrong(e, "etag", "must be one word of printable characters");
    return RC_OK;
}

static enum rc read_count(const struct json *o, const char *name, int64_t least, int64_t *out,
                          struct err *e)
{
    const struct json *v = json_get(o, name);
    if (v == NULL || json_kind(v) != JSON_KIND_INT)
        return wrong(e, name, v == NULL ? "is missing" : "must be a whole number");
    if (json_int(v) < least)
        return wrong(e, name, "is too small");
    *out = json_int(v);
    return RC_OK;
}

static enum rc read_frame(const struct json *v, struct object_frame *out, struct err *e)
{
    if (json_kind(v) != JSON_KIND_ARRAY || json_size(v) != 2)
        return wrong(e, "frames", "each must be two whole numbers");
    const struct json *size = json_at(v, 0);
    const struct json *crc = json_at(v, 1);
    if (json_kind(size) != JSON_KIND_INT || json_kind(crc) != JSON_KIND_INT)
        return wrong(e, "frames", "each must be two whole numbers");
    if (json_int(size) < 1 || json_int(crc) < 0 || json_int(crc) > UINT32_MAX)
        return wrong(e, "frames", "a number is out of range");
    *out = (struct object_frame){json_int(size), (uint32_t)json_int(crc)};
    return RC_OK;
}

/* So many frames as the sizes ask for, and no other sum of bytes. */
static enum rc read_frames(const struct json *o, struct object_reference *r, struct err *e)
{
    const struct json *frames = json_get(o, "frames");
    int64_t count = r->size / r->frame_bytes + (r->size % r->frame_bytes != 0);
    int64_t sum = 0;
    if (frames == NULL || json_kind(frames) != JSON_KIND_ARRAY)
        return wrong(e, "frames", "must be a list");
    if (count > REFERENCE_FRAMES_MAX || (int64_t)json_size(frames) != count)
        return wrong(e, "frames", "are not as many as the image has");
    r->frames = calloc((size_t)count + 1, sizeof *r->frames);
    if (r->frames == NULL)
        return err_set(e, RC_INFRA, "no memory for %lld frames", (long long)count);
    for (; r->frame_count < (size_t)count; r->frame_count++) {
        struct object_frame *f = &r->frames[r->frame_count];
        enum rc rc = read_frame(json_at(frames, r->frame_count), f, e);
        if (rc != RC_OK)
            return rc;
        if (f->stored_size > r->stored_size - sum)
            return wrong(e, "frames", "are more bytes than the object");
        sum += f->stored_size;
    }
    return sum == r->stored_size ? RC_OK : wrong(e, "frames", "are fewer bytes than the object");
}

static enum rc read_codec(const struct json *o, struct object_reference *r, struct err *e)
{
    char codec[CODEC_SPEC_TEXT];
    enum rc rc = read_text(o, "codec", codec, sizeof codec, e);
    if (rc != RC_OK)
        return rc;
    if (codec_spec_parse(codec, &r->codec, e) != RC_OK) {
        (void)err_wrap(e, "image reference: codec");
        return e->rc = RC_INTEGRITY;
    }
    return RC_OK;
}

static enum rc read_url(const struct json *o, struct object_reference *r, struct err *e)
{
    enum rc rc = read_text(o, "url", r->url, sizeof r->url, e);
    return rc != RC_OK || is_url(r->url) ? rc : wrong(e, "url", "is none of http or https");
}

static enum rc read_members(const struct json *o, struct object_reference *r, struct err *e)
{
    char store[8];
    enum rc rc = read_text(o, "store", store, sizeof store, e);
    if (rc == RC_OK && strcmp(store, "s3") != 0)
        return wrong(e, "store", "this version knows \"s3\" only");
    if (rc == RC_OK)
        rc = read_text(o, "bucket", r->bucket, sizeof r->bucket, e);
    if (rc == RC_OK)
        rc = read_text(o, "key", r->key, sizeof r->key, e);
    if (rc == RC_OK)
        rc = read_text(o, "etag", r->etag, sizeof r->etag, e);
    if (rc == RC_OK)
        rc = check_names(r, e);
    if (rc == RC_OK)
        rc = read_codec(o, r, e);
    if (rc == RC_OK)
        rc = read_count(o, "size", 1, &r->size, e);
    if (rc == RC_OK)
        rc = read_count(o, "stored_size", 1, &r->stored_size, e);
    if (rc == RC_OK)
        rc = read_count(o, "frame_bytes", 1, &r->frame_bytes, e);
    if (rc == RC_OK)
        rc = read_frames(o, r, e);
    if (rc == RC_OK && json_get(o, "url") != NULL)
        rc = read_url(o, r, e);
    if (rc == RC_OK && json_get(o, "expires") != NULL)
        rc = read_text(o, "expires", r->expires, sizeof r->expires, e);
    return rc;
}

enum rc object_reference_read(struct span json, struct object_reference *out, struct err *e)
{
    struct json *root = NULL;
    *out = (struct object_reference){0};
    if (json_parse(json, &root, e) != RC_OK) {
        (void)err_wrap(e, "image reference");
        return e->rc = RC_INTEGRITY;
    }
    enum rc rc = read_members(root, out, e);
    json_free(root);
    if (rc != RC_OK)
        object_reference_release(out);
    return rc;
}

void object_reference_release(struct object_reference *r)
{
    if (r == NULL)
        return;
    free(r->frames);
    *r = (struct object_reference){0};
}
