#define _GNU_SOURCE
#include "core/s3/object_store_http.h"

#include "base/clock.h"
#include "core/s3/object_store_trouble.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* link: -lcurl */

enum { TARGET_MAX = 1 << 16, LINE_TEXT = 8192, ETAG_SHOWN = 64, HASH_PIECE = 1 << 18 };
static const int64_t FIRST_WAIT_NS = 100 * (int64_t)NS_PER_MS;
static const long CONNECT_MS = 10000;

struct http {
    const struct object_store_config *config;
    CURL *curl; /* owned */
    struct http_bytes bytes;
};

/* One attempt. */
struct attempt {
    const struct http_request *request;
    struct http_answer *answer;
    CURL *curl;
    int64_t sent;       /* of the body */
    struct err trouble; /* of source or taker: what made libcurl stop */
    bool failed;        /* trouble says why */
    bool begun;         /* the taker was told to begin */
};

enum rc http_open(const struct object_store_config *c, struct http **out, struct err *e)
{
    struct http *h = calloc(1, sizeof *h);
    if (h != NULL && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        h->curl = curl_easy_init();
    if (h == NULL || h->curl == NULL) {
        free(h);
        return err_set(e, RC_INFRA, "libcurl cannot be started");
    }
    h->config = c;
    *out = h;
    return RC_OK;
}

void http_close(struct http *h)
{
    if (h == NULL)
        return;
    curl_easy_cleanup(h->curl);
    free(h);
}

/* --- what libcurl calls --- */

static size_t on_read(char *out, size_t size, size_t count, void *user)
{
    struct attempt *a = user;
    size_t room = size * count;
    int64_t left = a->request->body_size - a->sent;
    if ((int64_t)room > left)
        room = (size_t)left;
    if (room == 0)
        return 0;
    const struct image_source *body = a->request->body;
    if (body->read(body->ctx, a->request->body_offset + a->sent, out, room, &a->trouble) != RC_OK) {
        a->failed = true;
        return CURL_READFUNC_ABORT;
    }
    a->sent += (int64_t)room;
    return room;
}

static int on_seek(void *user, curl_off_t offset, int origin)
{
    struct attempt *a = user;
    if (origin != SEEK_SET)
        return CURL_SEEKFUNC_CANTSEEK;
    a->sent = (int64_t)offset;
    return CURL_SEEKFUNC_OK;
}

static enum rc take(struct attempt *a, struct span piece)
{
    enum rc rc = RC_OK;
    if (!a->begun && a->request->begin != NULL)
        rc = a->request->begin(a->request->to, &a->trouble);
    a->begun = true;
    return rc == RC_OK ? a->request->take(a->request->to, piece, &a->trouble) : rc;
}

static size_t on_write(char *data, size_t size, size_t count, void *user)
{
    struct attempt *a = user;
    struct span piece = span_of(data, size * count);
    long status = 0;
    enum rc rc = RC_OK;
    (void)curl_easy_getinfo(a->curl, CURLINFO_RESPONSE_CODE, &status);
    if (a->request->take != NULL && status / 100 == 2)
        rc = take(a, piece);
    else
        rc = buf_append(&a->answer->content, piece.data, piece.size, &a->trouble);
    a->failed = rc != RC_OK;
    return rc == RC_OK ? piece.size : 0;
}

static size_t on_header(char *line, size_t size, size_t count, void *user)
{
    struct attempt *a = user;
    size_t n = size * count;
    static const char NAME[] = "etag:";
    if (n > strlen(NAME) && strncasecmp(line, NAME, strlen(NAME)) == 0) {
        size_t at = strlen(NAME);
        while (at < n && line[at] == ' ')
            at++;
        while (n > at && (line[n - 1] == '\r' || line[n - 1] == '\n' || line[n - 1] == ' '))
            n--;
        if (n - at < sizeof a->answer->etag) /* half of one would be another's */
            (void)snprintf(a->answer->etag, sizeof a->answer->etag, "%.*s", (int)(n - at),
                           line + at);
    }
    return size * count;
}

/* --- the request --- */

static enum rc hash_body(const struct http_request *r, char hash[SIGN_HASH_TEXT], struct err *e)
{
    struct sign_hasher *h = NULL;
    uint8_t *piece = malloc(HASH_PIECE);
    enum rc rc = piece == NULL ? err_set(e, RC_INFRA, "no memory to read an image")
                               : sign_hasher_open(&h, e);
    for (int64_t at = 0; rc == RC_OK && at < r->body_size; at += HASH_PIECE) {
        int64_t left = r->body_size - at;
        size_t size = left < HASH_PIECE ? (size_t)left : HASH_PIECE;
        rc = r->body->read(r->body->ctx, r->body_offset + at, piece, size, e);
        if (rc == RC_OK)
            rc = sign_hasher_add(h, span_of(piece, size), e);
    }
    if (rc == RC_OK)
        rc = sign_hasher_end(h, hash, e);
    sign_hasher_close(h);
    free(piece);
    return rc;
}

static enum rc add_line(struct curl_slist **list, const char *name, const char *value,
                        struct err *e)
{
    char line[LINE_TEXT];
    int n = snprintf(line, sizeof line, "%s:%s%s", name, value[0] != '\0' ? " " : "", value);
    struct curl_slist *longer =
        n > 0 && (size_t)n < sizeof line ? curl_slist_append(*list, line) : NULL;
    if (longer == NULL)
        return err_set(e, RC_INFRA, "no memory for the header %s", name);
    *list = longer;
    return RC_OK;
}

static void add_signed(struct sign_request *s, const char *name, const char *value)
{
    size_t n = 0;
    while (s->header[n].name != NULL)
        n++;
    s->header[n] = (struct sign_pair){name, value}; /* 4 of ours and 8 of the caller's: they fit */
}

/* Everything of a request that is text: where it goes and what it says. */
struct letter {
    struct buf url;
    struct curl_slist *headers; /* owned */
};

static enum rc sign_letter(const struct http *h, const struct http_request *r,
                           const char *payload_hash, struct letter *out, struct err *e)
{
    const struct object_store_config *c = h->config;
    const struct sign_keys keys = {
        .access_key = c->access_key, .secret_key = c->secret_key, .region = c->region};
    char path[STORE_PATH_TEXT];
    char date[SIGN_DATE_TEXT];
    struct buf authorization;
    struct sign_request s = {
        .method = r->method, .path = path, .payload_hash = payload_hash, .now = clock_wall()};
    (void)snprintf(path, sizeof path, "/%s%s%s", c->bucket, r->key != NULL ? "/" : "",
                   r->key != NULL ? r->key : "");
    sign_date(s.now, date);
    memcpy(s.query, r->query, sizeof s.query);
    add_signed(&s, "host", strstr(c->endpoint, "://") + 3);
    add_signed(&s, "x-amz-content-sha256", payload_hash);
    add_signed(&s, "x-amz-date", date);
    if (c->session_token[0] != '\0')
        add_signed(&s, "x-amz-security-token", c->session_token);
    for (size_t i = 0; r->header[i].name != NULL; i++)
        add_signed(&s, r->header[i].name, r->header[i].value);
    buf_init(&authorization, LINE_TEXT);
    enum rc rc = sign_authorize(&s, &keys, &authorization, e);
    if (rc == RC_OK)
        rc = add_line(&out->headers, "Authorization", (const char *)authorization.data, e);
    for (size_t i = 1; rc == RC_OK && s.header[i].name != NULL; i++)
        rc = add_line(&out->headers, s.header[i].name, s.header[i].value, e);
    if (rc == RC_OK)
        rc = buf_append(&out->url, c->endpoint, strlen(c->endpoint), e);
    if (rc == RC_OK)
        rc = sign_target(&s, &out->url, e);
    buf_release(&authorization);
    return rc;
}

static enum rc write_letter(const struct http *h, const struct http_request *r,
                            const char *payload_hash, struct letter *out, struct err *e)
{
    *out = (struct letter){0};
    buf_init(&out->url, TARGET_MAX);
    enum rc rc = RC_OK;
    if (r->url == NULL)
        rc = sign_letter(h, r, payload_hash, out, e);
    else
        rc = buf_append(&out->url, r->url, strlen(r->url), e);
    for (size_t i = 0; rc == RC_OK && r->url != NULL && r->header[i].name != NULL; i++)
        rc = add_line(&out->headers, r->header[i].name, r->header[i].value, e);
    if (rc == RC_OK)
        rc = add_line(&out->headers, "Expect", "", e);
    return rc;
}

static void set_up(const struct http *h, struct attempt *a, const struct letter *letter)
{
    CURL *c = h->curl;
    const struct http_request *r = a->request;
    curl_easy_reset(c);
    (void)curl_easy_setopt(c, CURLOPT_URL, (const char *)letter->url.data);
    (void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, letter->headers);
    (void)curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method);
    (void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L); /* what was signed is what is asked for */
    (void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    (void)curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
    (void)curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME,
                           (long)((h->config->stall_ns + NS_PER_S - 1) / NS_PER_S));
    (void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_write);
    (void)curl_easy_setopt(c, CURLOPT_WRITEDATA, a);
    (void)curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
    (void)curl_easy_setopt(c, CURLOPT_HEADERDATA, a);
    if (strcmp(r->method, "HEAD") == 0)
        (void)curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    if (h->config->ca_file[0] != '\0')
        (void)curl_easy_setopt(c, CURLOPT_CAINFO, h->config->ca_file);
    if (r->body == NULL)
        return;
    (void)curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    (void)curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)r->body_size);
    (void)curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
    (void)curl_easy_setopt(c, CURLOPT_READDATA, a);
    (void)curl_easy_setopt(c, CURLOPT_SEEKFUNCTION, on_seek);
    (void)curl_easy_setopt(c, CURLOPT_SEEKDATA, a);
}

/* Heads and bodies of the transfer just made. */
static void count_bytes(struct http *h)
{
    long request_head = 0, answer_head = 0;
    curl_off_t up = 0, down = 0;
    (void)curl_easy_getinfo(h->curl, CURLINFO_REQUEST_SIZE, &request_head);
    (void)curl_easy_getinfo(h->curl, CURLINFO_HEADER_SIZE, &answer_head);
    (void)curl_easy_getinfo(h->curl, CURLINFO_SIZE_UPLOAD_T, &up);
    (void)curl_easy_getinfo(h->curl, CURLINFO_SIZE_DOWNLOAD_T, &down);
    h->bytes.sent += (int64_t)request_head + (int64_t)up;
    h->bytes.received += (int64_t)answer_head + (int64_t)down;
}

struct http_bytes http_bytes(const struct http *h)
{
    return h->bytes;
}

/* Whether head and body of the request were handed over in full. */
static bool went_out(const struct attempt *a)
{
    long head = 0;
    (void)curl_easy_getinfo(a->curl, CURLINFO_REQUEST_SIZE, &head);
    return head > 0 && (a->request->body == NULL || a->sent >= a->request->body_size);
}

/* *again: trying once more can help. */
static enum rc try_once(struct http *h, const struct http_request *r, const char *hash,
                        struct http_answer *out, bool *again, struct err *e)
{
    struct letter letter;
    struct attempt a = {.request = r, .answer = out, .curl = h->curl};
    curl_off_t length = -1;
    *again = false;
    enum rc rc = write_letter(h, r, hash, &letter, e);
    if (rc != RC_OK)
        goto done;
    set_up(h, &a, &letter);
    CURLcode code = curl_easy_perform(h->curl);
    (void)curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &out->status);
    (void)curl_easy_getinfo(h->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    count_bytes(h);
    out->length = (int64_t)length;
    if (a.failed) {
        *e = a.trouble;
        rc = e->rc;
    } else if (code != CURLE_OK) {
        *again = true;
        rc = err_set(e, RC_INFRA, "%s: %s", h->config->endpoint, curl_easy_strerror(code));
    } else if (out->status / 100 != 2) {
        rc = store_trouble(h->config, out->status, buf_span(&out->content), e);
        *again = out->status == 429 || out->status / 100 == 5;
    }
    out->unsure = out->unsure || (*again && went_out(&a));
done:
    curl_slist_free_all(letter.headers);
    buf_release(&letter.url);
    return rc;
}

enum rc http_send(struct http *h, const struct http_request *r, struct http_answer *out,
                  struct err *e)
{
    char hash[SIGN_HASH_TEXT];
    bool again = false;
    int64_t wait = FIRST_WAIT_NS;
    *out = (struct http_answer){0};
    buf_init(&out->content, HTTP_ANSWER_MAX);
    sign_hash(span_of("", 0), hash);
    enum rc rc = r->body != NULL ? hash_body(r, hash, e) : RC_OK;
    if (rc == RC_OK)
        rc = try_once(h, r, hash, out, &again, e);
    for (int i = 1; rc != RC_OK && again && i < h->config->attempts; i++) {
        clock_sleep(wait);
        wait *= 2;
        buf_clear(&out->content);
        out->etag[0] = '\0';
        rc = try_once(h, r, hash, out, &again, e);
    }
    if (rc == RC_OK)
        return RC_OK;
    buf_release(&out->content);
    if (again)
        return err_wrap(e, "%s: failed %d times", r->doing, h->config->attempts);
    return err_wrap(e, "%s", r->doing);
}

void http_answer_release(struct http_answer *a)
{
    buf_release(&a->content);
    a->status = 0;
}
