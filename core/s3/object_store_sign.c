#define _GNU_SOURCE
#include "core/s3/object_store_sign.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* link: -lcrypto */

enum { HASH_BYTES = 32, SCOPE_TEXT = 128, DAY_TEXT = 9, EXPIRES_MAX_S = 604800 };
enum { CANONICAL_MAX = 1 << 16, CREDENTIAL_TEXT = 256, WORD_TEXT = 32 };
static const char ALGORITHM[] = "AWS4-HMAC-SHA256";
static const char HEX[] = "0123456789abcdef";

struct sign_hasher {
    EVP_MD_CTX *context; /* owned */
};

/* --- hashes --- */

static void hex(const unsigned char *bytes, char text[SIGN_HASH_TEXT])
{
    for (size_t i = 0; i < HASH_BYTES; i++) {
        text[2 * i] = HEX[bytes[i] >> 4];
        text[2 * i + 1] = HEX[bytes[i] & 15];
    }
    text[SIGN_HASH_TEXT - 1] = '\0';
}

void sign_hash(struct span bytes, char text[SIGN_HASH_TEXT])
{
    unsigned char hash[EVP_MAX_MD_SIZE] = {0};
    (void)EVP_Digest(bytes.data, bytes.size, hash, NULL, EVP_sha256(), NULL);
    hex(hash, text);
}

enum rc sign_hasher_open(struct sign_hasher **out, struct err *e)
{
    struct sign_hasher *h = calloc(1, sizeof *h);
    if (h != NULL)
        h->context = EVP_MD_CTX_new();
    if (h == NULL || h->context == NULL || !EVP_DigestInit_ex(h->context, EVP_sha256(), NULL)) {
        sign_hasher_close(h);
        return err_set(e, RC_INFRA, "no memory for a SHA-256");
    }
    *out = h;
    return RC_OK;
}

enum rc sign_hasher_add(struct sign_hasher *h, struct span bytes, struct err *e)
{
    if (!EVP_DigestUpdate(h->context, bytes.data, bytes.size))
        return err_set(e, RC_INFRA, "SHA-256 failed");
    return RC_OK;
}

enum rc sign_hasher_end(struct sign_hasher *h, char text[SIGN_HASH_TEXT], struct err *e)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    if (!EVP_DigestFinal_ex(h->context, hash, NULL))
        return err_set(e, RC_INFRA, "SHA-256 failed");
    hex(hash, text);
    return RC_OK;
}

void sign_hasher_close(struct sign_hasher *h)
{
    if (h == NULL)
        return;
    EVP_MD_CTX_free(h->context);
    free(h);
}

static void hmac(const unsigned char *key, size_t key_size, const char *text,
                 unsigned char out[HASH_BYTES])
{
    unsigned int size = HASH_BYTES;
    (void)HMAC(EVP_sha256(), key, (int)key_size, (const unsigned char *)text, strlen(text), out,
               &size);
}

/* --- encoding --- */

static bool unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

static enum rc encode(const char *text, bool keep_slash, struct buf *out, struct err *e)
{
    enum rc rc = RC_OK;
    for (; rc == RC_OK && *text != '\0'; text++) {
        if (unreserved(*text) || (keep_slash && *text == '/'))
            rc = buf_append(out, text, 1, e);
        else
            rc = buf_appendf(out, e, "%%%02X", (unsigned char)*text);
    }
    return rc;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct sign_pair *)a)->name, ((const struct sign_pair *)b)->name);
}

/* A copy in order of names; returns how many there are. */
static size_t sorted(const struct sign_pair *pairs, struct sign_pair out[SIGN_PAIRS])
{
    size_t n = 0;
    for (; n < SIGN_PAIRS && pairs[n].name != NULL; n++)
        out[n] = pairs[n];
    qsort(out, n, sizeof *out, by_name);
    return n;
}

static enum rc write_query(const struct sign_pair *query, struct buf *out, struct err *e)
{
    struct sign_pair pairs[SIGN_PAIRS] = {{NULL, NULL}};
    size_t n = sorted(query, pairs);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < n; i++) {
        if (i > 0)
            rc = buf_append(out, "&", 1, e);
        if (rc == RC_OK)
            rc = encode(pairs[i].name, false, out, e);
        if (rc == RC_OK)
            rc = buf_append(out, "=", 1, e);
        if (rc == RC_OK)
            rc = encode(pairs[i].value, false, out, e);
    }
    return rc;
}

enum rc sign_target(const struct sign_request *r, struct buf *out, struct err *e)
{
    enum rc rc = encode(r->path, true, out, e);
    if (rc == RC_OK && r->query[0].name != NULL)
        rc = buf_append(out, "?", 1, e);
    return rc == RC_OK ? write_query(r->query, out, e) : rc;
}

void sign_date(struct walltime t, char text[SIGN_DATE_TEXT])
{
    char rfc[WALLTIME_TEXT]; /* "2013-05-24T00:00:00Z" */
    size_t at = 0;
    walltime_format(t, rfc);
    for (size_t i = 0; rfc[i] != '\0' && at < SIGN_DATE_TEXT - 1; i++)
        if (rfc[i] != '-' && rfc[i] != ':')
            text[at++] = rfc[i];
    text[at] = '\0';
}

/* --- the signature --- */

/* "host;x-amz-date" */
static enum rc write_names(const struct sign_pair *pairs, size_t n, struct buf *out, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        rc = buf_appendf(out, e, "%s%s", i > 0 ? ";" : "", pairs[i].name);
    return rc;
}

/* Hash of the canonical request. */
static enum rc hash_request(const struct sign_request *r, char text[SIGN_HASH_TEXT], struct err *e)
{
    struct buf canonical;
    struct sign_pair header[SIGN_PAIRS] = {{NULL, NULL}};
    size_t n = sorted(r->header, header);
    buf_init(&canonical, CANONICAL_MAX);
    enum rc rc = buf_appendf(&canonical, e, "%s\n", r->method);
    if (rc == RC_OK)
        rc = encode(r->path, true, &canonical, e);
    if (rc == RC_OK)
        rc = buf_append(&canonical, "\n", 1, e);
    if (rc == RC_OK)
        rc = write_query(r->query, &canonical, e);
    if (rc == RC_OK)
        rc = buf_append(&canonical, "\n", 1, e);
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        rc = buf_appendf(&canonical, e, "%s:%s\n", header[i].name, header[i].value);
    if (rc == RC_OK)
        rc = buf_append(&canonical, "\n", 1, e);
    if (rc == RC_OK)
        rc = write_names(header, n, &canonical, e);
    if (rc == RC_OK)
        rc = buf_appendf(&canonical, e, "\n%s", r->payload_hash);
    if (rc == RC_OK)
        sign_hash(buf_span(&canonical), text);
    buf_release(&canonical);
    return rc;
}

static void write_scope(const struct sign_keys *k, const char *date, char scope[SCOPE_TEXT])
{
    (void)snprintf(scope, SCOPE_TEXT, "%.8s/%.64s/s3/aws4_request", date, k->region);
}

static void derive_key(const struct sign_keys *k, const char *date, unsigned char key[HASH_BYTES])
{
    char first[512];
    char day[DAY_TEXT];
    (void)snprintf(first, sizeof first, "AWS4%s", k->secret_key);
    (void)snprintf(day, sizeof day, "%.8s", date);
    hmac((const unsigned char *)first, strlen(first), day, key);
    hmac(key, HASH_BYTES, k->region, key);
    hmac(key, HASH_BYTES, "s3", key);
    hmac(key, HASH_BYTES, "aws4_request", key);
    explicit_bzero(first, sizeof first);
}

static enum rc sign(const struct sign_request *r, const struct sign_keys *k,
                    char text[SIGN_HASH_TEXT], struct err *e)
{
    char hash[SIGN_HASH_TEXT];
    char date[SIGN_DATE_TEXT];
    char scope[SCOPE_TEXT];
    char to_sign[512];
    unsigned char key[HASH_BYTES];
    unsigned char signature[HASH_BYTES];
    enum rc rc = hash_request(r, hash, e);
    if (rc != RC_OK)
        return rc;
    sign_date(r->now, date);
    write_scope(k, date, scope);
    (void)snprintf(to_sign, sizeof to_sign, "%s\n%s\n%s\n%s", ALGORITHM, date, scope, hash);
    derive_key(k, date, key);
    hmac(key, HASH_BYTES, to_sign, signature);
    explicit_bzero(key, sizeof key);
    hex(signature, text);
    return RC_OK;
}

enum rc sign_authorize(const struct sign_request *r, const struct sign_keys *k, struct buf *out,
                       struct err *e)
{
    char date[SIGN_DATE_TEXT];
    char scope[SCOPE_TEXT];
    char signature[SIGN_HASH_TEXT];
    struct sign_pair header[SIGN_PAIRS] = {{NULL, NULL}};
    size_t n = sorted(r->header, header);
    enum rc rc = sign(r, k, signature, e);
    if (rc != RC_OK)
        return rc;
    sign_date(r->now, date);
    write_scope(k, date, scope);
    rc = buf_appendf(out, e, "%s Credential=%s/%s,SignedHeaders=", ALGORITHM, k->access_key, scope);
    if (rc == RC_OK)
        rc = write_names(header, n, out, e);
    return rc == RC_OK ? buf_appendf(out, e, ",Signature=%s", signature) : rc;
}

/* Adds a pair to the query; false when there is no room. */
static bool add(struct sign_request *r, const char *name, const char *value)
{
    for (size_t i = 0; i + 1 < SIGN_PAIRS; i++) {
        if (r->query[i].name != NULL)
            continue;
        r->query[i] = (struct sign_pair){name, value};
        return true;
    }
    return false;
}

enum rc sign_presign(const struct sign_request *r, const struct sign_keys *k, const char *base,
                     int64_t expires_s, struct buf *out, struct err *e)
{
    char date[SIGN_DATE_TEXT];
    char scope[SCOPE_TEXT];
    char credential[CREDENTIAL_TEXT];
    char expires[WORD_TEXT];
    char signature[SIGN_HASH_TEXT];
    struct sign_request s = *r;
    if (expires_s < 1 || expires_s > EXPIRES_MAX_S)
        return err_set(e, RC_INPUT, "a presigned URL is valid for 1 to %d seconds, not %lld",
                       EXPIRES_MAX_S, (long long)expires_s);
    sign_date(r->now, date);
    write_scope(k, date, scope);
    (void)snprintf(credential, sizeof credential, "%s/%s", k->access_key, scope);
    (void)snprintf(expires, sizeof expires, "%lld", (long long)expires_s);
    s.payload_hash = SIGN_UNSIGNED_PAYLOAD;
    bool fits = add(&s, "X-Amz-Algorithm", ALGORITHM) && add(&s, "X-Amz-Credential", credential) &&
                add(&s, "X-Amz-Date", date) && add(&s, "X-Amz-Expires", expires) &&
                add(&s, "X-Amz-SignedHeaders", "host");
    if (fits && k->session_token != NULL)
        fits = add(&s, "X-Amz-Security-Token", k->session_token);
    if (!fits)
        return err_set(e, RC_INPUT, "too many query parameters to presign");
    enum rc rc = sign(&s, k, signature, e);
    if (rc == RC_OK)
        rc = buf_append(out, base, strlen(base), e);
    if (rc == RC_OK)
        rc = sign_target(&s, out, e);
    return rc == RC_OK ? buf_appendf(out, e, "&X-Amz-Signature=%s", signature) : rc;
}
