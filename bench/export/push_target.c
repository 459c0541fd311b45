#define _GNU_SOURCE
#include "bench/export/push_target.h"

#include "base/base64.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const SCHEMES[] = {"http://", "https://", NULL};

/* Where the part after SCHEME:// begins; 0: the scheme is none of ours. */
static size_t scheme_size(const char *text)
{
    for (size_t i = 0; SCHEMES[i] != NULL; i++)
        if (strncasecmp(text, SCHEMES[i], strlen(SCHEMES[i])) == 0)
            return strlen(SCHEMES[i]);
    return 0;
}

char *push_target_hide(const char *text, char *out, size_t size)
{
    static const char AFTER[] = "://";
    const char *at = strrchr(text, '@'); /* the last one: a password may hold slashes and @ */
    size_t word = 0;
    while (isalpha((unsigned char)text[word]))
        word++;
    bool scheme = strncmp(text + word, AFTER, strlen(AFTER)) == 0;
    int kept = scheme ? (int)(word + strlen(AFTER)) : 0;
    if (at == NULL)
        (void)snprintf(out, size, "%s", text);
    else
        (void)snprintf(out, size, "%.*s%s", kept, text, at + 1);
    return out;
}

static enum rc refuse(const char *text, const char *why, struct err *e)
{
    char shown[128];
    return err_set(e, RC_INPUT,
                   "\"%s\" is no Pushgateway: %s; expected http://HOST:9091 or "
                   "https://USER:PASSWORD@HOST/PATH",
                   push_target_hide(text, shown, sizeof shown), why);
}

/* A grouping key of the gateway in the path: "/metrics/job/x". */
static bool names_group(const char *path)
{
    static const char GROUP[] = "/metrics/job";
    const char *at = strstr(path, GROUP);
    char after = at != NULL ? at[strlen(GROUP)] : 'x';
    return after == '\0' || after == '/';
}

/* What is wrong with HOST[:PORT]; NULL: nothing. */
static const char *wrong_authority(const char *host, size_t size)
{
    const char *end = memchr(host, ']', size);
    if (size > 0 && host[0] == '[' && end == NULL)
        return "a bracket is not closed";
    const char *from = size > 0 && host[0] == '[' ? end + 1 : host;
    const char *colon = memchr(from, ':', size - (size_t)(from - host));
    size_t name = colon != NULL ? (size_t)(colon - host) : size;
    long port = 0;
    if (name == 0)
        return "it names no host";
    for (size_t i = name + 1; i < size; i++) {
        if (!isdigit((unsigned char)host[i]))
            return "the port is no number";
        port = port < 100000 ? port * 10 + (host[i] - '0') : port;
    }
    if (colon != NULL && (port < 1 || port > 65535))
        return "the port is none from 1 to 65535";
    return NULL;
}

static const char *wrong(const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        if (isspace((unsigned char)*c) || iscntrl((unsigned char)*c))
            return "it holds a blank or a control character";
    size_t scheme = scheme_size(text);
    if (scheme == 0)
        return "it does not begin with http:// or https://";
    if (strpbrk(text, "?#") != NULL)
        return "a query or a fragment has no place in it (in a password, ? is %3F and # is %23)";
    if (strlen(text) >= PUSH_URL_MAX)
        return "it is too long";
    const char *host = text + scheme;
    size_t size = strcspn(host, "/");
    const char *last = strrchr(host, '@');
    if (last != NULL && last > host + size)
        return "an @ stands behind a slash (in a password, / is %2F)";
    if (last != NULL) {
        size -= (size_t)(last + 1 - host);
        host = last + 1;
    }
    if (names_group(host + size))
        return "assay adds /metrics/job/assay/run/ID itself, so only what stands before it is "
               "given";
    return wrong_authority(host, size);
}

enum rc push_target_parse(const char *text, struct push_target *out, struct err *e)
{
    const char *why = wrong(text);
    if (why != NULL)
        return refuse(text, why, e);
    struct push_target t = {.url = ""};
    size_t size = strlen(text);
    while (text[size - 1] == '/')
        size--;
    memcpy(t.url, text, size);
    (void)push_target_hide(t.url, t.shown, sizeof t.shown);
    *out = t;
    push_target_wipe(&t);
    return RC_OK;
}

static bool is_plain(const char *run)
{
    for (const char *c = run; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && strchr("._-", *c) == NULL)
            return false;
    return strcmp(run, ".") != 0 && strcmp(run, "..") != 0;
}

/* The alphabet for URLs; padding may be left out (and must not be, of an empty text). */
static enum rc append_encoded(const char *run, struct buf *out, struct err *e)
{
    struct buf code;
    buf_init(&code, out->max);
    enum rc rc = base64_append(&code, span_str(run), e);
    for (size_t i = 0; rc == RC_OK && i < code.size; i++) {
        if (code.data[i] == '+')
            code.data[i] = '-';
        else if (code.data[i] == '/')
            code.data[i] = '_';
    }
    if (rc == RC_OK)
        rc = buf_append(out, code.data, code.size, e);
    buf_release(&code);
    return rc;
}

enum rc push_target_group(const struct push_target *t, const char *run, struct buf *out,
                          struct err *e)
{
    if (is_plain(run))
        return buf_appendf(out, e, "%s/metrics/job/assay/run/%s", t->url, run);
    enum rc rc = buf_appendf(out, e, "%s/metrics/job/assay/run@base64/", t->url);
    return rc == RC_OK ? append_encoded(run, out, e) : rc;
}

void push_target_wipe(struct push_target *t)
{
    explicit_bzero(t->url, sizeof t->url);
}
