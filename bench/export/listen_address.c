#include "bench/export/listen_address.h"

#include "base/quantity.h"

#include <stdio.h>
#include <string.h>

static const char LOOPBACK[] = "127.0.0.1";
enum { PORT_MAX = 65535 };

static enum rc refuse(const char *text, const char *why, struct err *e)
{
    return err_set(e, RC_INPUT,
                   "\"%.100s\" is no address to listen on: %s; expected :9464 (this machine "
                   "only), 0.0.0.0:9464, [::1]:9464, or :0 for any free port",
                   text, why);
}

/* Where the host ends and the colon before the port stands; NULL: there is none. */
static const char *find_colon(const char *text, const char **why)
{
    const char *colon = strrchr(text, ':');
    *why = "it has no colon before the port";
    if (text[0] == '[') {
        const char *end = strchr(text, ']');
        *why = "after the bracket must come a colon and the port";
        return end != NULL && end[1] == ':' ? end + 1 : NULL;
    }
    if (colon != NULL && strchr(text, ':') != colon) {
        *why = "an IPv6 address stands in brackets";
        return NULL;
    }
    return colon;
}

enum rc listen_address_parse(const char *text, struct listen_address *out, struct err *e)
{
    const char *why = NULL;
    const char *colon = find_colon(text, &why);
    struct listen_address a = {.port = 0};
    int64_t port = 0;
    if (colon == NULL)
        return refuse(text, why, e);
    bool bracket = text[0] == '[';
    const char *host = bracket ? text + 1 : text;
    size_t length = (size_t)(colon - host) - (bracket ? 1 : 0);
    if (bracket && length == 0)
        return refuse(text, "the brackets are empty", e);
    if (length >= sizeof a.host)
        return refuse(text, "the host is too long", e);
    if (strcspn(host, " \t/@") < length)
        return refuse(text, "a host has no blank, slash or @", e);
    if (colon[1] == '+' || quantity_int(colon + 1, 0, PORT_MAX, &port, NULL) != RC_OK)
        return refuse(text, "the port is no number from 0 to 65535", e);
    if (length == 0)
        (void)snprintf(a.host, sizeof a.host, "%s", LOOPBACK);
    else
        memcpy(a.host, host, length);
    a.port = (int)port;
    *out = a;
    return RC_OK;
}

char *listen_address_format(const struct listen_address *a, char *text)
{
    bool six = strchr(a->host, ':') != NULL;
    (void)snprintf(text, LISTEN_TEXT, "%s%s%s:%d", six ? "[" : "", a->host, six ? "]" : "",
                   a->port);
    return text;
}
