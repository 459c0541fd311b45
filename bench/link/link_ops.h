/*
 * What a kind of link can do: the table of link.c has one row per kind.
 *
 * self is what open gave; all other calls borrow it. Errors and units as in link.h. Threads: main
 * only.
 */
#ifndef ASSAY_BENCH_LINK_LINK_OPS_H
#define ASSAY_BENCH_LINK_LINK_OPS_H

#include "bench/link/link.h"

struct link_ops {
    const char *name; /* as ASSAY_LINK has it */
    enum rc (*open)(bool need_delay, void **self, struct err *e);
    void (*close)(void *self);
    const char *(*kind)(const void *self); /* for records; static text */
    enum rc (*listener)(void *self, int port, char *listen, char *advertised, struct err *e);
    enum rc (*set)(void *self, const struct link_rate *rate, struct err *e);
    int (*namespace)(const void *self); /* NULL: none is ever needed */
    /* A connection of our own through the link: ends[0] on the broker's side, ends[1] on the
     * clients'; both the caller's. */
    enum rc (*connect)(void *self, int ends[2], struct err *e);
    /* Bytes that the link's interfaces passed so far, headers included. NULL: not counted. */
    enum rc (*count)(void *self, int64_t *up, int64_t *down, struct err *e);
};

struct links {
    const struct link_ops *ops;
    void *self; /* owned, of that kind */
    bool has_delay;
    struct link_rate now; /* as last set */
    char why[LINK_TEXT];
};

extern const struct link_ops LINK_OPS_NAMESPACE;
extern const struct link_ops LINK_OPS_RELAY;

#endif
