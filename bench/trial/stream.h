/*
 * A stream: one sender, one receiver, their board and their topic.
 *
 * A trial measures one and may have another beside it. What goes wrong in it makes its own record
 * void, with the reason; the trial decides what that means.
 * Ownership: everything handed in is borrowed; stream_close ends the roles, deletes the topic and
 * frees the board. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_TRIAL_STREAM_H
#define ASSAY_BENCH_TRIAL_STREAM_H

#include "bench/trial/board.h"
#include "bench/trial/role.h"
#include "bench/trial/trial.h"

struct stream {
    const struct trial_ground *g;
    const struct trial_order *o;
    struct trial_outcome *out;     /* its record has the name of the topic */
    const struct link_path *route; /* over a limited link; NULL: none */
    bool until_told;               /* see trial_spec */
    bool mixed;                    /* shares its topic with another stream of the trial */
    bool guest;                    /* the topic is the other stream's */
    struct board *board;           /* owned */
    int board_fd;                  /* owned; -1: none */
    struct role sender, receiver;
    int32_t topics_made; /* created by this stream, so deleted by it */
    bool three_topics;   /* of routed images */
    enum rc void_rc;     /* why a role's failure voids the trial */
};

/* Makes topic and board; s has what is borrowed, board_fd -1, all else zero. On failure
 * stream_close is still needed. */
enum rc stream_open(struct stream *s, struct err *e) MUST_CHECK;
/* lost: the broker is, and the topic with it. */
void stream_close(struct stream *s, bool lost);

enum rc stream_start(struct stream *s, enum role_kind kind, struct err *e) MUST_CHECK;
/* RC_INTEGRITY: a role has failed, and the record says how. */
enum rc stream_look(struct stream *s) MUST_CHECK;
/* Grows as long as anything happens. */
uint64_t stream_progress(struct stream *s);
/* What has happened so far, for a sentence. Returns text (RECORD_WHY_MAX bytes). */
char *stream_say(struct stream *s, char *text);
/* Notes the memory the roles hold now. */
void stream_sample(struct stream *s);

/* Where the topic ends, to the board: the receiver reads up to there. */
enum rc stream_find_ends(struct stream *s, struct err *e) MUST_CHECK;
/* Both roles have ended: fills the record. */
enum rc stream_settle(struct stream *s, struct err *e) MUST_CHECK;

#endif
