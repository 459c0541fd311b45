/*
 * Routes: how the clients of a trial reach the broker, over loopback or over a limited link.
 *
 * Every limited link of a session is set and measured once, before the first trial; what was
 * measured goes into the record of each trial over it. One that does not do what it was set to has
 * its trouble in words, and makes its trials void. The broker listens for links on a listener of
 * its own; whoever administrates and reads back stays on loopback.
 * Ownership: routes_close ends the links. Threads: main thread only (link.h).
 */
#ifndef ASSAY_BENCH_TRIAL_ROUTE_H
#define ASSAY_BENCH_TRIAL_ROUTE_H

#include "bench/link/link.h"
#include "scenarios/scenario.h"

enum { ROUTES_MAX = 64 };

struct link_route {
    struct link_sweep link;
    struct link_measured measured;
    char trouble[LINK_TEXT]; /* why trials over it are void; "" */
};

struct routes {
    struct links *links;                                         /* owned; NULL: loopback only */
    char listen[LINK_ADDRESS_MAX], advertised[LINK_ADDRESS_MAX]; /* of the broker, for links */
    struct link_route row[ROUTES_MAX];
    size_t count;
};

/* Before the broker starts, which must listen at out->listen. delays: some link has a delay. On
 * failure nothing is left behind. */
enum rc routes_open(bool delays, struct routes *out, struct err *e) MUST_CHECK;
void routes_close(struct routes *r); /* zeroed is fine */

/* Sets and measures a limited link; one that is known or unlimited is left as it is. RC_OK also
 * when it does not do what it should: see trouble. */
enum rc routes_measure(struct routes *r, const struct link_sweep *link, struct err *e) MUST_CHECK;

/* The route over a limited link; NULL: unlimited, or not measured. */
const struct link_route *routes_find(const struct routes *r, const struct link_sweep *link);
/* From now on traffic goes at that link's rate. */
enum rc routes_use(const struct routes *r, const struct link_route *way, struct err *e) MUST_CHECK;

#endif
