#define _GNU_SOURCE
#include "core/s3/object_store_config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKET_MIN = 3, BUCKET_MAX = 63, PART_MIN_BYTES = 5 << 20, URL_MAX_S = 604800 };
static const int64_t MULTIPART_BYTES = 64000000;
static const int64_t PART_BYTES = 16 << 20;
static const int64_t SINGLE_MAX_BYTES = 5000000000; /* S3's limit for one PUT */
static const int64_t STALL_NS = 30000000000;

/* The first of the variables that is set, into out. */
static void from_environment(char *out, size_t size, const char *first, const char *second)
{
    const char *value = getenv(first);
    if ((value == NULL || value[0] == '\0') && second != NULL)
        value = getenv(second);
    if (value != NULL)
        (void)snprintf(out, size, "%s", value);
}

void object_store_config_endpoint(struct object_store_config *c, const char *url)
{
    (void)snprintf(c->endpoint, sizeof c->endpoint, "%s", url);
    for (size_t n = strlen(c->endpoint); n > 0 && c->endpoint[n - 1] == '/'; n--)
        c->endpoint[n - 1] = '\0';
}

void object_store_config_init(struct object_store_config *c)
{
    *c = (struct object_store_config){.region = "us-east-1",
                                      .prefix = "images/",
                                      .multipart_bytes = MULTIPART_BYTES,
                                      .part_bytes = PART_BYTES,
                                      .url_valid_s = 3600,
                                      .stall_ns = STALL_NS,
                                      .attempts = 4};
    c->codec = (struct codec_spec){.codec = codec_find("zstd"), .level = 1, .level_given = true};
    from_environment(c->region, sizeof c->region, "AWS_REGION", "AWS_DEFAULT_REGION");
    from_environment(c->access_key, sizeof c->access_key, "AWS_ACCESS_KEY_ID", NULL);
    from_environment(c->secret_key, sizeof c->secret_key, "AWS_SECRET_ACCESS_KEY", NULL);
    from_environment(c->session_token, sizeof c->session_token, "AWS_SESSION_TOKEN", NULL);
    from_environment(c->ca_file, sizeof c->ca_file, "AWS_CA_BUNDLE", NULL);
    char url[STORE_TEXT];
    (void)snprintf(url, sizeof url, "https://s3.%.100s.amazonaws.com", c->region);
    from_environment(url, sizeof url, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
    object_store_config_endpoint(c, url);
}

/* Without what stands before '@': that would be a password. */
static const char *shown(const char *endpoint)
{
    return strchr(endpoint, '@') != NULL ? "one with a user's name before @" : endpoint;
}

static enum rc check_endpoint(const char *endpoint, struct err *e)
{
    const char *host = NULL;
    if (strncmp(endpoint, "http://", 7) == 0)
        host = endpoint + 7;
    else if (strncmp(endpoint, "https://", 8) == 0)
        host = endpoint + 8;
    if (host == NULL || host[0] == '\0' || strpbrk(host, "/?# @") != NULL)
        return err_set(e, RC_INPUT,
                       "S3 endpoint: found \"%s\"; expected http://HOST:PORT or https://HOST",
                       shown(endpoint));
    return RC_OK;
}

static enum rc check_bucket(const char *bucket, struct err *e)
{
    size_t n = strlen(bucket);
    bool fine = n >= BUCKET_MIN && n <= BUCKET_MAX;
    for (size_t i = 0; i < n; i++)
        fine = fine && (islower((unsigned char)bucket[i]) || isdigit((unsigned char)bucket[i]) ||
                        bucket[i] == '.' || bucket[i] == '-');
    if (fine)
        return RC_OK;
    return err_set(e, RC_INPUT,
                   "S3 bucket: found \"%s\"; expected %d to %d of a-z, 0-9, '.' and '-'", bucket,
                   BUCKET_MIN, BUCKET_MAX);
}

/* These become lines of a request: one word each. What was cut on its way in is too long. */
static enum rc check_words(const struct object_store_config *c, struct err *e)
{
    const struct {
        const char *text, *name;
        size_t room;
    } words[] = {
        {c->access_key, "AWS_ACCESS_KEY_ID", sizeof c->access_key},
        {c->secret_key, "AWS_SECRET_ACCESS_KEY", sizeof c->secret_key},
        {c->session_token, "AWS_SESSION_TOKEN", sizeof c->session_token},
        {c->region, "AWS_REGION", sizeof c->region},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i].text) + 1 >= words[i].room)
            return err_set(e, RC_INPUT, "%s: too long; %zu characters are the most", words[i].name,
                           words[i].room - 2);
        for (const char *at = words[i].text; *at != '\0'; at++)
            if (!isgraph((unsigned char)*at))
                return err_set(e, RC_INPUT,
                               "%s: character %zu is a blank, a line break or none of ASCII; no "
                               "such stands in it",
                               words[i].name, (size_t)(at - words[i].text) + 1);
    }
    return RC_OK;
}

static enum rc check_keys(const struct object_store_config *c, struct err *e)
{
    if (c->access_key[0] == '\0')
        return err_set(e, RC_INPUT, "no S3 access key: set AWS_ACCESS_KEY_ID");
    if (c->secret_key[0] == '\0')
        return err_set(e, RC_INPUT, "no S3 secret key: set AWS_SECRET_ACCESS_KEY");
    return check_words(c, e);
}

static enum rc check_numbers(const struct object_store_config *c, struct err *e)
{
    if (c->part_bytes < PART_MIN_BYTES)
        return err_set(e, RC_INPUT, "S3 part size: found %lld bytes; expected at least %d",
                       (long long)c->part_bytes, PART_MIN_BYTES);
    if (c->multipart_bytes < 0 || c->multipart_bytes > SINGLE_MAX_BYTES)
        return err_set(e, RC_INPUT, "S3 multipart threshold: found %lld bytes; expected 0 to %lld",
                       (long long)c->multipart_bytes, (long long)SINGLE_MAX_BYTES);
    if (c->url_valid_s < 1 || c->url_valid_s > URL_MAX_S)
        return err_set(e, RC_INPUT, "validity of presigned URLs: found %lld s; expected 1 to %d",
                       (long long)c->url_valid_s, URL_MAX_S);
    if (c->attempts < 1 || c->stall_ns < 1)
        return err_set(e, RC_INPUT, "S3 attempts and stall time must be at least 1");
    return RC_OK;
}

enum rc object_store_config_check(const struct object_store_config *c, struct err *e)
{
    enum rc rc = check_endpoint(c->endpoint, e);
    if (rc == RC_OK)
        rc = check_bucket(c->bucket, e);
    if (rc == RC_OK)
        rc = check_keys(c, e);
    return rc == RC_OK ? check_numbers(c, e) : rc;
}

void object_store_config_wipe(struct object_store_config *c)
{
    if (c != NULL)
        explicit_bzero(c, sizeof *c);
}
