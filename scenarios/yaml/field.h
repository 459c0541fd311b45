/*
 * The keys a map may hold, as a table: how each is read, what it takes, and its default.
 *
 * Reading, refusing unknown keys and the tables of docs/scenarios.md all use the same rows. A row
 * reads one node into the structure at its offset. Failures name the place of the node, RC_INPUT.
 * Ownership: tables are static; text fields are owned by the structure. Threads: pure functions.
 */
#ifndef ASSAY_SCENARIOS_YAML_FIELD_H
#define ASSAY_SCENARIOS_YAML_FIELD_H

#include "base/buf.h"
#include "scenarios/yaml/node.h"

struct field {
    const char *name;     /* NULL ends a table */
    const char *takes;    /* "a size, 1 B to 2 GB" */
    const char *standard; /* the default as it would be written, or in words */
    const char *says;     /* one line */
    enum rc (*read)(const struct field *f, const struct node *n, void *into, struct err *e);
    size_t at;                /* offset in the structure read into */
    int64_t lo, hi;           /* of a number, in the unit it is kept in */
    const char *const *words; /* NULL-terminated; of field_word */
};

/* Reads every item of map; a node that is no map, or a key not in the table, is refused. */
enum rc field_read_all(const struct field *table, const struct node *map, void *into,
                       struct err *e) MUST_CHECK;

/* Readers. The number ones write an int64_t within [lo, hi], field_share in millionths ("1 %" is
 * 10 000), field_rate in thousandths a second, what is finer is refused; field_seed a uint64_t,
 * field_word an int (index in words), field_flag a bool, field_text a char * (freed first), not
 * empty. */
enum rc field_count(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc field_size(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc field_duration(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc field_share(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc field_rate(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc field_seed(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc field_word(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc field_flag(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc field_text(const struct field *f, const struct node *n, void *into, struct err *e);

/* A node that is one value or a list of them; an empty list or nothing is refused. */
enum rc field_sweep(const struct field *f, const struct node *n, size_t *out_count,
                    struct err *e) MUST_CHECK;
const struct node *field_sweep_at(const struct node *n, size_t i);

/* Refuses n, which is none of words; names the nearest, or all of them. */
enum rc field_refuse_word(const struct node *n, const char *const *words, struct err *e);

/* A table as Markdown, under a heading; appended. */
enum rc field_describe(const char *title, const struct field *table, struct buf *out,
                       struct err *e) MUST_CHECK;

#endif
