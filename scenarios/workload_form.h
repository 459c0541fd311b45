/*
 * What a scenario may say of a workload: its name, its own keys, and which common keys it takes.
 * Each workload has one (struct workload, bench/workload/workload.h), so that the loader reads keys
 * of workloads it does not know.
 *
 * Values are whole numbers in the key's unit, in the order of the keys. A key that is given several
 * values sweeps: each combination is one struct workload_parameters.
 * Ownership: forms are static. Threads: pure functions.
 */
#ifndef ASSAY_SCENARIOS_WORKLOAD_FORM_H
#define ASSAY_SCENARIOS_WORKLOAD_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WORKLOAD_KEYS_MAX = 16 };

/* What the value of a key is: a number, bytes, nanoseconds, or an index in its words. */
enum workload_value { WORKLOAD_COUNT, WORKLOAD_SIZE, WORKLOAD_DURATION, WORKLOAD_WORD };

struct workload_key {
    const char *name; /* "threads"; NULL ends a table */
    enum workload_value value;
    int64_t lo, hi, standard;
    const char *const *words; /* NULL-terminated; of WORKLOAD_WORD */
    const char *takes;        /* "a count, 1 to 64" */
    const char *says;         /* one line: what it means */
};

struct workload_form {
    const char *name;                /* as in scenarios and records */
    const char *says;                /* one line for assay list */
    const struct workload_key *keys; /* NULL: none of its own */
    const char *const *takes;        /* keys of a scenario that mean something to it, beside those
                                        that all take; NULL-terminated; NULL: no others */
};

struct workload_parameters {
    int64_t value[WORKLOAD_KEYS_MAX]; /* in the order of the form's keys */
    bool given[WORKLOAD_KEYS_MAX];    /* by the scenario; the others are the keys' standard */
};

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
