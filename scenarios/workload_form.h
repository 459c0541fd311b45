/*
 * What a scenario may say of a workload: its name, its own keys, and which common keys it takes.
 * Each workload has one (struct workload, bench/workload/workload.h), so that the loader reads keys
 * of workloads it does not know.
 *
 * Values are whole numbers in the unit of their kind, in the order of the keys. A key that is given
 * several values sweeps: each combination is one struct workload_parameters. Ownership: forms are
 * static. Threads: pure functions.
 */
#ifndef ASSAY_SCENARIOS_WORKLOAD_FORM_H
#define ASSAY_SCENARIOS_WORKLOAD_FORM_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WORKLOAD_KEYS_MAX = 16 };

/* What the value of a key is, and the number that stands for it. */
enum workload_kind {
    WORKLOAD_COUNT,    /* "4" */
    WORKLOAD_SIZE,     /* "2 KB": bytes */
    WORKLOAD_DURATION, /* "5 ms": nanoseconds */
    WORKLOAD_SHARE,    /* "1 %": millionths */
    WORKLOAD_RATE,     /* "100/s": thousandths a second */
    WORKLOAD_WORD,     /* "key": its index in the key's words */
    WORKLOAD_CHOICE,   /* "none" or {wait: 5 ms}: the number of the row of choices that is taken */
    WORKLOAD_NOTHING,  /* of a choice: it has no value */
    WORKLOAD_KINDS
};

struct workload_key {
    const char *name; /* "threads"; NULL ends a table */
    enum workload_kind kind;
    int64_t lo, hi, standard;
    const char *const *words; /* NULL-terminated; of WORKLOAD_WORD */
    const struct workload_key
        *choices;      /* of WORKLOAD_CHOICE; no choices themselves; first the standard */
    const char *takes; /* "a count, 1 to 64" */
    const char *says;  /* one line: what it means */
};

struct workload_form {
    const char *name;                /* as in scenarios and records */
    const char *says;                /* one line for assay list */
    const struct workload_key *keys; /* NULL: none of its own */
    const char *const *takes;        /* keys of a scenario that mean something to it, beside those
                                        that all take; NULL-terminated; NULL: no others */
};

struct workload_parameters {
    int64_t value[WORKLOAD_KEYS_MAX];  /* in the order of the form's keys */
    int32_t choice[WORKLOAD_KEYS_MAX]; /* the row of its choices; 0 where a key has none */
    bool given[WORKLOAD_KEYS_MAX];     /* by the scenario; the others are the keys' standard */
};

struct node;
struct workload_value {
    int64_t number;
    int32_t choice;
};
/* RC_INPUT, naming the place: it is no value of that key. */
enum rc workload_value_read(const struct workload_key *key, const struct node *n,
                            struct workload_value *out, struct err *e) MUST_CHECK;
size_t workload_key_count(const struct workload_form *form);

/* "notes 4, order key": what was given, but for one key (NULL: for none). "": nothing was. text
 * holds SCENARIO_LABEL bytes. Returns the length it takes: from SCENARIO_LABEL on it was cut. */
size_t workload_parameters_label(const struct workload_form *form,
                                 const struct workload_parameters *p,
                                 const struct workload_key *without, char *text);
/* "order key", given or not. text holds SCENARIO_LABEL bytes; returned. */
char *workload_value_label(const struct workload_form *form, const struct workload_parameters *p,
                           const struct workload_key *key, char *text);
/* What workloads take that send payloads through a cluster. */
extern const char *const WORKLOAD_SENDING_KEYS[];
/* Whether a key of a scenario means something to it. form NULL: no workload is named, and the
 * encoding chooses one that sends. */
bool workload_takes(const struct workload_form *form, const char *key);

#endif
