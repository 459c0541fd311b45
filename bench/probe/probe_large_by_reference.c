/*
 * Does an image above 100 MB go to the object store, compressed before, with a reference in the
 * topic and a presigned URL that works, while it lasts and as it was signed? On a real S3 server
 * that checks signatures, started for this; half of the image compresses.
 */
#include "bench/probe/probe_imagery.h"
#include "bench/probe/probes.h"
#include "bench/testbed/store/store_server.h"
#include "core/image/image_source.h"
#include "core/s3/object_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGE_BYTES = 100000001, SMALL_BYTES = 1000000, SEED = 9, URL_VALID_S = 1 };
static const int64_t PAST_EXPIRY_NS = 2500 * (int64_t)NS_PER_MS;

struct reference_scene {
    struct store_server server;
    struct object_store_config config;
    struct s3_store *store; /* owned */
    struct probe_imagery im;
    uint8_t *bytes; /* owned */
    struct buf reference;
    size_t references; /* read from the topic */
    int64_t at;        /* bytes of the image compared so far */
    bool differs;
};

static enum rc compare(void *to, struct span piece, struct err *e)
{
    struct reference_scene *t = to;
    (void)e;
    t->differs = t->differs || t->at + (int64_t)piece.size > IMAGE_BYTES ||
                 memcmp(piece.data, t->bytes + t->at, piece.size) != 0;
    t->at += (int64_t)piece.size;
    return RC_OK;
}

static enum rc see_reference(void *ctx, const struct consumed *record, struct err *e)
{
    struct reference_scene *t = ctx;
    struct image_record got;
    struct buf none;
    buf_init(&none, 1);
    enum rc rc = image_record_read(record->value, &none, &got, e);
    if (rc == RC_OK && got.kind == IMAGE_RECORD_REFERENCE) {
        t->references++;
        buf_clear(&t->reference);
        rc = buf_append(&t->reference, got.image.data, got.image.size, e);
    }
    buf_release(&none);
    return rc;
}

static enum rc open_scene(const struct probe_context *g, struct reference_scene *t, struct err *e)
{
    struct object_store_config *c = &t->config;
    object_store_config_init(c);
    store_server_access(&t->server, "assay-probe", c);
    c->attempts = 1;
    buf_init(&t->reference, METADATA_MAX);
    enum rc rc = probe_random_bytes(IMAGE_BYTES, SEED, &t->bytes, e);
    if (rc != RC_OK)
        return rc;
    memset(t->bytes, 0, IMAGE_BYTES / 2);
    rc = s3_store_open(c, &t->store, e);
    if (rc == RC_OK)
        rc = s3_store_make_bucket(t->store, e);
    if (rc == RC_OK)
        rc = probe_imagery_open(&t->im, g, "reference", e);
    if (rc == RC_OK)
        t->im.router.store = s3_store_ops(t->store);
    return rc;
}

static void close_scene(struct reference_scene *t)
{
    struct err ignored = {0};
    probe_imagery_close(&t->im);
    (void)(s3_store_close(t->store, &ignored) == RC_OK);
    object_store_config_wipe(&t->config);
    buf_release(&t->reference);
    free(t->bytes);
    store_server_close(&t->server);
}

/* The reference with its URL altered: another character after that text. */
static enum rc altered(const struct object_reference *r, const char *after, struct buf *out,
                       struct err *e)
{
    struct object_reference other = *r;
    char *at = strstr(other.url, after);
    if (at == NULL)
        return err_set(e, RC_INTEGRITY, "no \"%s\" in the presigned URL", after);
    at += strlen(after);
    *at = *at == '1' ? '2' : '1';
    buf_clear(out);
    return object_reference_write(&other, out, e);
}

/* Whether the image comes by this reference's URL, byte for byte; why: what was said if not. */
static bool comes(struct reference_scene *t, struct span reference, struct err *why)
{
    t->at = 0;
    t->differs = false;
    return s3_store_get_by_url(t->store, reference, compare, t, why) == RC_OK && !t->differs;
}

/* A small image of the same bytes, by a URL that has expired. */
static enum rc try_expired(struct reference_scene *t, bool *came, struct err *why, struct err *e)
{
    struct object_store_config c = t->config;
    struct s3_store *store = NULL;
    struct buf reference;
    struct span bytes = span_of(t->bytes, SMALL_BYTES);
    struct image_source source = image_source_of(&bytes);
    struct image_metadata m = image_rule_metadata("expired", "tiff");
    c.url_valid_s = URL_VALID_S;
    buf_init(&reference, METADATA_MAX);
    enum rc rc = s3_store_open(&c, &store, e);
    if (rc == RC_OK) {
        struct object_store ops = s3_store_ops(store);
        rc = ops.ops->put(ops.ctx, &source, &m, &reference, e);
    }
    if (rc == RC_OK) {
        clock_sleep(PAST_EXPIRY_NS);
        *came = comes(t, buf_span(&reference), why);
    }
    struct err ignored = {0};
    (void)(s3_store_close(store, &ignored) == RC_OK);
    object_store_config_wipe(&c);
    buf_release(&reference);
    return rc;
}

struct urls {
    bool good, changed_signature, changed_lifetime, expired; /* it came */
    struct err signature_why, lifetime_why, expired_why;
};

static enum rc try_urls(struct reference_scene *t, const struct object_reference *r, struct urls *u,
                        struct err *e)
{
    struct buf other;
    struct err good_why = {0};
    buf_init(&other, METADATA_MAX);
    u->good = comes(t, buf_span(&t->reference), &good_why) && t->at == IMAGE_BYTES;
    enum rc rc = altered(r, "X-Amz-Signature=", &other, e);
    if (rc == RC_OK) {
        u->changed_signature = comes(t, buf_span(&other), &u->signature_why);
        rc = altered(r, "X-Amz-Expires=", &other, e);
    }
    if (rc == RC_OK) {
        u->changed_lifetime = comes(t, buf_span(&other), &u->lifetime_why);
        rc = try_expired(t, &u->expired, &u->expired_why, e);
    }
    buf_release(&other);
    return rc;
}

/* What follows the object's name in an error. */
static const char *cause(const struct err *why)
{
    const char *name_ends = strstr(why->text, ".zst: ");
    return name_ends != NULL ? name_ends + strlen(".zst: ") : why->text;
}

static enum rc answer_reference(const struct reference_scene *t, const struct object_reference *r,
                                const struct urls *u, struct probe_result *out)
{
    bool fine = t->references == 1 && r->stored_size < r->size && u->good &&
                !u->changed_signature && !u->changed_lifetime && !u->expired;
    return probe_answered(
        out, fine ? PROBE_CONFIRMED : PROBE_CONTRADICTED,
        "image of 100 000 001 bytes, half of it compressible, on versitygw %s: %zu reference of "
        "%zu bytes came by the topic; stored %" PRId64
        " bytes with zstd-%d; by its presigned URL %s; with a changed signature %s (%.160s); with "
        "a changed lifetime %s (%.160s); %d s valid and read later %s (%.160s)",
        t->server.version, t->references, t->reference.size, r->stored_size, r->codec.level,
        u->good ? "it came byte for byte" : "it did not come",
        u->changed_signature ? "it came all the same" : "refused", cause(&u->signature_why),
        u->changed_lifetime ? "it came all the same" : "refused", cause(&u->lifetime_why),
        URL_VALID_S, u->expired ? "it came all the same" : "refused", cause(&u->expired_why));
}

static enum rc try_scene(struct reference_scene *t, struct probe_result *out, struct err *e)
{
    struct object_reference r = {.frames = NULL};
    struct urls u = {.good = false};
    bool taken = false;
    enum rc rc = probe_imagery_send(&t->im, span_of(t->bytes, IMAGE_BYTES), "large", &taken, e);
    if (rc == RC_OK)
        rc = probe_imagery_read(&t->im, IMAGE_TOPIC_METADATA, see_reference, t, e);
    if (rc == RC_OK && t->references == 0)
        return probe_answered(out, PROBE_CONTRADICTED, "no reference came by the topic: %s",
                              t->im.refusal);
    if (rc == RC_OK)
        rc = object_reference_read(buf_span(&t->reference), &r, e);
    if (rc == RC_OK)
        rc = try_urls(t, &r, &u, e);
    if (rc == RC_OK)
        rc = answer_reference(t, &r, &u, out);
    object_reference_release(&r);
    return rc;
}

static enum rc ask_reference(const struct probe_context *g, struct probe_result *out, struct err *e)
{
    static const char ABSENT[] = "it needs an S3 server, and there is none in var/versitygw "
                                 "(scripts/setup brings it)";
    if (g->home == NULL || !store_server_is_installed(g->home))
        return probe_answered(out, PROBE_NO_ANSWER, "%s", ABSENT);
    struct reference_scene *t = calloc(1, sizeof *t);
    if (t == NULL)
        return err_set(e, RC_INFRA, "out of memory");
    enum rc rc = store_server_open(g->home, g->stop, &t->server, e);
    if (rc == RC_OK)
        rc = open_scene(g, t, e);
    if (rc == RC_OK)
        rc = try_scene(t, out, e);
    close_scene(t);
    free(t);
    return rc;
}

const struct probe PROBE_LARGE_BY_REFERENCE = {
    .name = "large-by-reference",
    .says = "above 100 MB: compressed to S3, a reference in the topic, a presigned URL that holds",
    .needs_broker = true,
    .expected_s = 4,
    .run = ask_reference,
};
