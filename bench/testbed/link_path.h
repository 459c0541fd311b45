/*
 * Routes: how the clients of a trial reach the broker, over loopback or over a limited link.
 *
 * Every limited link of a run is set and measured once, before the first trial; what was
 * measured goes into the record of each trial over it. One that does not do what it was set to has
 * its trouble in words, and makes its trials void. The broker listens for links on a listener of
 * its own; whoever administrates and reads back stays on loopback.
 * Ownership: link_paths_close ends the links. Threads: main thread only (link.h).
 */
#ifndef ASSAY_BENCH_TESTBED_LINK_PATH_H
#define ASSAY_BENCH_TESTBED_LINK_PATH_H

#include "bench/link/link.h"
#include "scenarios/scenario.h"

enum { LINK_PATHS_MAX = 64 };

struct link_path {
    struct link_choice link;
    struct link_measured measured;
    char trouble[LINK_TEXT]; /* why trials over it are void; "" */
};

struct link_paths {
    struct links *links;                                         /* owned; NULL: loopback only */
    char listen[LINK_ADDRESS_MAX], advertised[LINK_ADDRESS_MAX]; /* of the broker, for links */
    struct link_path row[LINK_PATHS_MAX];
    size_t count;
};

/* Before the broker starts, which must listen at out->listen. delays: some link has a delay. On
 * failure nothing is left behind. */
enum rc link_paths_open(bool delays, struct link_paths *out, struct err *e) MUST_CHECK;
void link_paths_close(struct link_paths *r); /* zeroed is fine */

/* Sets and measures a limited link; one that is known or unlimited is left as it is. RC_OK also
 * when it does not do what it should: see trouble. */
enum rc link_paths_measure(struct link_paths *r, const struct link_choice *link,
                           struct err *e) MUST_CHECK;

/* The route over a limited link; NULL: unlimited, or not measured. */
const struct link_path *link_paths_find(const struct link_paths *r, const struct link_choice *link);
/* From now on traffic goes at that link's rate. */
enum rc link_paths_use(const struct link_paths *r, const struct link_path *way,
                       struct err *e) MUST_CHECK;

#endif
