/*
 * A load: when records are sent. Each kind is a row of LOADS.
 *
 * Flat out and closed loops send as soon as the client or a window lets them. All others arrive by
 * the clock: at times that are fixed before the trial by the load and a seed, alike for all arms,
 * whether or not the client keeps up. Phases and traces arrive as a Poisson process whose rate
 * changes in steps and are over after the last step.
 * Ownership: steps and trace are owned by the scenario; copies of a load borrow them. Threads:
 * pure functions, read-only tables.
 */
#ifndef ASSAY_SCENARIOS_LOAD_H
#define ASSAY_SCENARIOS_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The loads that a map in a scenario asks for: id, name, the key that chooses it, by_clock. Each
 * has a label_NAME in load.c, and its keys as ID_FIELDS in loader_load.c. Flat out needs no map. */
#define LOAD_ROWS(X)                                                                               \
    X(OPEN, open, "rate", true)                                                                    \
    X(CLOSED, closed, "in_flight", false)                                                          \
    X(PHASES, phases, "phases", true)                                                              \
    X(TRACE, trace, "trace", true)

#define LOAD_ID(id, ...) LOAD_##id,
enum load_kind { LOAD_FLAT_OUT, LOAD_ROWS(LOAD_ID) LOADS_COUNT };

/* One rate that holds for a while. */
struct load_step {
    double rate_per_s; /* 0: nothing arrives */
    int64_t ns;        /* > 0 */
};
enum { LOAD_STEPS_MAX = 4096 };

struct load {
    enum load_kind kind;
    bool rate_auto;          /* open loop: half the calibrated capacity of the slowest arm */
    double rate_per_s;       /* by the clock: records per second, of steps on average; 0: auto */
    int64_t in_flight;       /* closed loop: window in records; else 0 */
    bool until_acknowledged; /* closed loop: a place frees on ack; false (default): on receipt */
    const struct load_step *steps; /* phases and trace, in turn; else NULL */
    size_t step_count;
    char *trace;  /* the file's own name, for labels; else NULL */
    double speed; /* trace: so many times faster than recorded */
};

struct field;
struct load_row {
    const char *name;           /* first word of its labels: "open" */
    const char *key;            /* the key that chooses it in a scenario; NULL: its name does */
    const struct field *fields; /* what else its map may hold; NULL: it is no map */
    bool by_clock;              /* records have a time to be sent, and may be late for it */
    /* The rest of its labels, which tells two loads of this kind apart; NULL: there is none. */
    void (*label)(const struct load *l, char *text, size_t room);
};
extern const struct load_row LOADS[LOADS_COUNT];
#define LOAD_FORM(id, name, key, ...) ", {" key ": …}"
#define LOAD_FORMS "flat out" LOAD_ROWS(LOAD_FORM) /* as messages list them */

bool load_by_clock(const struct load *l);
/* Its senders wait for a time or a window; false: the client's queue is what holds them back. */
bool load_is_paced(const struct load *l);
/* What it lasts by itself; 0: as long as the scenario says. */
int64_t load_duration_ns(const struct load *l);
void load_release(struct load *l); /* what is inside */
/* What the warm-up of a load is sent with: of steps the first rate that is not 0. */
struct load load_of_warm_up(const struct load *l);

#endif
