/*
 * Where to listen, as the user writes it: [HOST]:PORT.
 *
 * ":9464" is port 9464 of the loopback address 127.0.0.1: whoever is to reach it from elsewhere
 * must say so ("0.0.0.0:9464", "[::]:9464"). An IPv6 address stands in brackets. Port 0 is any free
 * one. Ownership: plain values. Threads: pure functions.
 */
#ifndef ASSAY_BENCH_EXPORT_LISTEN_ADDRESS_H
#define ASSAY_BENCH_EXPORT_LISTEN_ADDRESS_H

#include "base/err.h"

#include <stdbool.h>

enum { LISTEN_HOST_MAX = 254, LISTEN_TEXT = LISTEN_HOST_MAX + 16 };

struct listen_address {
    char host[LISTEN_HOST_MAX]; /* without brackets; "127.0.0.1" when none was given */
    int port;                   /* 0 to 65535 */
};

/* RC_INPUT says what was found and what was expected; *out is untouched then. */
enum rc listen_address_parse(const char *text, struct listen_address *out,
                             struct err *e) MUST_CHECK;
/* "127.0.0.1:9464", "[::1]:9464" into text, which holds LISTEN_TEXT bytes; returns it. */
char *listen_address_format(const struct listen_address *a, char *text);

#endif
