#include "core/kafka/trouble.h"

#include <stdio.h>
#include <string.h>

/* What a line holds, and the sentence for it: %H the broker, %C what follows the words found, %M
 * the SASL mechanism, %F where CAs are looked up, %X why the certificate was refused. First match
 * wins. */
struct trouble_row {
    const char *holds;
    const char *sentence;
    bool hopeless;
};

static const struct trouble_row ROWS[] = {
    {"broker certificate could not be verified", "%X", true},
    {"certificate verify failed", "%X", true},
    {"Failed to verify broker certificate: ", "%X", true},
    {"client SSL authentication might be required",
     "%H wants a client certificate (ssl.certificate.location and ssl.key.location)", true},
    {"connecting to a PLAINTEXT broker listener?",
     "%H does not speak TLS, which security.protocol asks for", true},
    {"wrong version number", "%H does not speak TLS, which security.protocol asks for", true},
    {"connecting to a SSL listener?",
     "%H closed the connection before its first answer: does it expect TLS or a login "
     "(security.protocol)?",
     true},
    {"broker might require SASL authentication",
     "%H closed the connection: does it expect a login (security.protocol)?", true},
    {"SSL handshake failed: ", "TLS with %H failed: %C", true},
    {"SASL authentication error: ", "%H refused the login (SASL %M): %C", true},
    {"SASL authentication failure: ", "%H refused the login (SASL %M): %C", true},
    {"mechanism handshake failed: ", "%H does not offer the login SASL %M: %C", true},
    {"SASL Handshake not supported by broker", "%H does not offer any login (SASL %M)", true},
    {"Failed to acquire SASL OAUTHBEARER token: ", "no token for the login (SASL %M): %C", true},
    {"Failed to resolve ", "cannot reach %H: the host name is not known: %C", false},
    {" failed: Connection refused", "cannot reach %H: Connection refused", false},
    {"Connect to ", "cannot reach %H: connect to %C", false},
    {"Connection setup timed out in state SSL_HANDSHAKE",
     "%H does not answer in TLS: does it expect plain text (security.protocol)?", true},
    {"Connection setup timed out in state ", "%H does not answer (in state %C)", false},
    {"request(s) timed out", "%H does not answer: requests timed out", false},
    {"ApiVersionRequest failed: ",
     "%H does not answer as a Kafka broker does: is it another kind of server, or overloaded?",
     false},
    {"Disconnected", "%H closed the connection", false},
    {"Receive failed: ", "the connection to %H was lost: %C", false},
    {"Send failed: ", "the connection to %H was lost: %C", false},
    {"", "%H: %C", false},
};

/* In the place of the row that holds the same, where large records were on the way: a broker hangs
 * up, without a word, on a request that is larger than its socket.request.max.bytes. */
#define REQUEST_TOO_LARGE                                                                          \
    "large records were on the way, is a request larger than its socket.request.max.bytes "        \
    "(assay doctor --size tells)"
static const struct trouble_row LARGE_ROWS[] = {
    {"broker might require SASL authentication",
     "%H closed the connection: " REQUEST_TOO_LARGE ", or does it expect a login "
     "(security.protocol)?",
     true},
    {"Disconnected", "%H closed the connection: " REQUEST_TOO_LARGE "?", false},
    {"Receive failed: ", "the connection to %H was lost: %C: " REQUEST_TOO_LARGE "?", false},
    {"Send failed: ", "the connection to %H was lost: %C: " REQUEST_TOO_LARGE "?", false},
    {NULL, NULL, false},
};

/* OpenSSL's X509_V_ERR numbers, as x509_vfy.h documents them. */
struct x509_row {
    int code;
    const char *sentence;
};
static const struct x509_row X509_ROWS[] = {
    {9, "the certificate of %H is not valid yet"},
    {10, "the certificate of %H has expired"},
    {18, "the certificate of %H is signed by itself and not by a CA in %F"},
    {23, "the certificate of %H has been revoked"},
    {62, "the certificate of %H was issued to another host name "
         "(ssl.endpoint.identification.algorithm=none does not compare names)"},
    {64, "the certificate of %H was issued to another address "
         "(ssl.endpoint.identification.algorithm=none does not compare names)"},
    {-1, "the certificate of %H is not signed by a CA in %F"},
};

void trouble_init(struct trouble *t, const char *mechanism, const char *ca)
{
    memset(t, 0, sizeof *t);
    (void)pthread_mutex_init(&t->lock, NULL);
    (void)snprintf(t->mechanism, sizeof t->mechanism, "%s", mechanism);
    (void)snprintf(t->ca, sizeof t->ca, "%s", ca);
}

void trouble_release(struct trouble *t)
{
    (void)pthread_mutex_destroy(&t->lock);
}

static const char *x509_sentence(int code)
{
    const struct x509_row *row = X509_ROWS;
    while (row->code != -1 && row->code != code)
        row++;
    return row->sentence;
}

/* The parts of one line. */
struct trouble_line {
    char host[TROUBLE_NAME]; /* "localhost:9093", or "the broker" */
    const char *rest;        /* what follows it */
    size_t rest_size;        /* without " (after 12ms in state CONNECT)" */
};

static void line_split(const char *line, struct trouble_line *out)
{
    const char *rest = strstr(line, ": ");
    const char *slash = rest == NULL ? NULL : memchr(line, ' ', (size_t)(rest - line));
    bool named = rest != NULL && slash == NULL; /* a broker's name holds no blank */
    (void)snprintf(out->host, sizeof out->host, "the broker");
    out->rest = line;
    if (named) {
        const char *host = strstr(line, "://");
        host = host == NULL || host > rest ? line : host + strlen("://");
        size_t size = (size_t)(rest - host);
        const char *id = memchr(host, '/', size);
        if (id != NULL)
            size = (size_t)(id - host);
        (void)snprintf(out->host, sizeof out->host, "%.*s", (int)size, host);
        out->rest = rest + strlen(": ");
    }
    const char *after = strstr(out->rest, " (after ");
    out->rest_size = after == NULL ? strlen(out->rest) : (size_t)(after - out->rest);
}

/* Where a sentence is being put together. */
struct trouble_draft {
    char *text;
    size_t room, used;
};

static void draft_add(struct trouble_draft *d, const char *text, size_t size)
{
    size_t left = d->room - d->used - 1;
    if (size > left)
        size = left;
    memcpy(d->text + d->used, text, size);
    d->used += size;
    d->text[d->used] = '\0';
}

static void draft_expand(struct trouble_draft *d, const struct trouble *t,
                         const struct trouble_line *line, const char *sentence, const char *cause)
{
    for (const char *at = sentence; *at != '\0'; at++) {
        if (*at != '%') {
            draft_add(d, at, 1);
            continue;
        }
        at++;
        if (*at == 'H')
            draft_add(d, line->host, strlen(line->host));
        else if (*at == 'C' && cause < line->rest + line->rest_size)
            draft_add(d, cause, (size_t)(line->rest + line->rest_size - cause));
        else if (*at == 'M')
            draft_add(d, t->mechanism, strlen(t->mechanism));
        else if (*at == 'F')
            draft_add(d, t->ca, strlen(t->ca));
    }
}

/* The row for a line, and where in it the words were found. */
static const struct trouble_row *row_find(const char *line, bool large, const char **found)
{
    const struct trouble_row *row = ROWS;
    *found = strstr(line, row->holds);
    while (*found == NULL) {
        row++;
        *found = strstr(line, row->holds);
    }
    for (const struct trouble_row *other = LARGE_ROWS; large && other->holds != NULL; other++)
        if (strcmp(other->holds, row->holds) == 0)
            return other;
    return row;
}

void trouble_note(struct trouble *t, const char *line)
{
    struct trouble_line parts = {.rest = line};
    const char *found = NULL;
    line_split(line, &parts);

    (void)pthread_mutex_lock(&t->lock);
    const struct trouble_row *row = row_find(parts.rest, t->large, &found);
    struct trouble_draft d = {.text = t->text, .room = sizeof t->text};
    d.text[0] = '\0';
    bool certificate = strcmp(row->sentence, "%X") == 0;
    draft_expand(&d, t, &parts, certificate ? x509_sentence(t->x509) : row->sentence,
                 found + strlen(row->holds));
    t->live = true;
    t->hopeless = row->hopeless;
    (void)pthread_mutex_unlock(&t->lock);
}

void trouble_note_certificate(struct trouble *t, int x509)
{
    (void)pthread_mutex_lock(&t->lock);
    t->x509 = x509;
    (void)pthread_mutex_unlock(&t->lock);
}

void trouble_note_large(struct trouble *t)
{
    (void)pthread_mutex_lock(&t->lock);
    t->large = true;
    (void)pthread_mutex_unlock(&t->lock);
}

void trouble_heal(struct trouble *t)
{
    (void)pthread_mutex_lock(&t->lock);
    t->live = false;
    (void)pthread_mutex_unlock(&t->lock);
}

bool trouble_say(struct trouble *t, char *text, size_t size)
{
    (void)pthread_mutex_lock(&t->lock);
    (void)snprintf(text, size, "%s", t->text);
    bool live = t->live;
    (void)pthread_mutex_unlock(&t->lock);
    return live;
}

bool trouble_is_hopeless(struct trouble *t)
{
    (void)pthread_mutex_lock(&t->lock);
    bool hopeless = t->live && t->hopeless;
    (void)pthread_mutex_unlock(&t->lock);
    return hopeless;
}
