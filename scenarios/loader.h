/*
 * The loader's inside: a scenario while it is being read, shared by the loader's own files only.
 *
 * Readers of single keys fill draft.s; what depends on several keys is checked at the end, when the
 * tree is still there to be blamed. Ownership: draft.s owns what struct scenario owns; the rest is
 * borrowed. Threads: one owner.
 */
#ifndef ASSAY_SCENARIOS_LOADER_H
#define ASSAY_SCENARIOS_LOADER_H

#include "base/buf.h"
#include "scenarios/scenario.h"
#include "scenarios/yaml/field.h"

struct draft {
    struct scenario s;
    const struct scenario_places *places;
    const char *file; /* where "data:" is looked for first is its folder */
    const struct node *top;
};

/* Defaults of batching are librdkafka's own. */
enum {
    SWEEP_MAX = 64,
    RECORD_BYTES_MAX = 1000000000, /* librdkafka's largest message.max.bytes */
    SCENARIO_BATCH_RECORDS = 10000,
    SCENARIO_BATCH_BYTES = 1000000,
    SCENARIO_LINGER_NS = 5000000,
};

/* Readers of the sweeps; into is a struct draft. */
enum rc read_codecs(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc read_encodings(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc read_record_bytes(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc read_brokers(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc read_partitions(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc read_batchings(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc read_loads(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc read_links(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc read_arms(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc read_backgrounds(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc read_workload(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc read_payloads(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc read_properties(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc read_headers(const struct field *f, const struct node *n, void *into, struct err *e);

/* One entry, also for arms. *out is the caller's also on failure (scenario_free its stream). */
enum rc read_background(const struct draft *d, const struct node *n, struct background *out,
                        struct err *e);
/* *out: what it holds is the caller's also on failure (its steps and trace). */
enum rc read_load(const struct field *f, const struct draft *d, const struct node *n,
                  struct load *out, struct err *e);
/* Finds a file or folder that n names, *data, beside the scenario or in the data folder, and puts
 * the path found in its place. */
enum rc data_find(const struct draft *d, const struct node *n, char **data, struct err *e);
/* text: the codec as written in n. */
enum rc read_codec(const struct node *n, const char *text, struct codec_choice *out, struct err *e);
enum rc read_batching(const struct node *n, struct batching *b, struct err *e);
/* *out: "key=value" texts, NULL-terminated, the caller's also on failure. */
enum rc read_client_properties(const struct field *f, const struct node *n, char ***out,
                               struct err *e);

/* One size: "natural" (0) or a size. into is an int64_t at f->at. */
enum rc read_natural_size(const struct field *f, const struct node *n, void *into, struct err *e);

/* The tables of the maps inside. */
extern const struct field SCENARIO_FIELDS[];
extern const struct field CODEC_FIELDS[], PAYLOAD_FIELDS[], BATCHING_FIELDS[];
#define LOAD_FIELDS(id, ...) extern const struct field id##_FIELDS[];
LOAD_ROWS(LOAD_FIELDS)
extern const struct field PHASE_FIELDS[];
extern const struct field LINK_FIELDS[], ARM_FIELDS[], BACKGROUND_FIELDS[];

bool scenario_name_valid(const char *name);
void draft_defaults(struct draft *d);

/* --data: one payload in place of all. */
enum rc payloads_replace(struct draft *d, struct err *e) MUST_CHECK;
/* One payload of nothing. */
enum rc payloads_leave_out(struct draft *d, struct err *e) MUST_CHECK;
/* Not all of its files have the ending of a record of text (lines, .json, .xml). */
bool data_looks_like_images(const char *path);

/* Every arm listed sets its codec, so that the scenario needs none. */
bool arms_set_codec(const struct scenario *s);
/* Then the first arm's stands for it. */
enum rc arms_take_codec(struct scenario *s, struct err *e) MUST_CHECK;
/* Refuses sweeps of what arms set themselves, and a compare that does not fit. */
enum rc arms_check(const struct draft *d, struct err *e) MUST_CHECK;

/* Names background load; refuses it where it cannot be. */
enum rc backgrounds_finish(const struct draft *d, struct err *e) MUST_CHECK;
/* Refuses thresholds of routed images that contradict each other. */
enum rc routes_check(const struct draft *d, struct err *e) MUST_CHECK;
/* Refuses a key that the workload does not take: it changes nothing, and is a misunderstanding. */
enum rc workload_check(const struct draft *d, struct err *e) MUST_CHECK;
/* The sentence for such a key. */
enum rc workload_refuse_key(const struct draft *d, const struct node *n, struct err *e);
/* Where codecs are left out: one, which is none. */
enum rc codecs_leave_out(struct draft *d, struct err *e) MUST_CHECK;
/* One of every sweep that has none. */
enum rc sweeps_fill(struct scenario *s, struct err *e) MUST_CHECK;

/* Refuses a key that has another name now, which it says. */
enum rc old_key_refuse(const struct node *map, struct err *e) MUST_CHECK;
/* Fills in what was not given, and refuses what does not go together. */
enum rc draft_finish(struct draft *d, struct err *e) MUST_CHECK;

/* Frees what a scenario holds, also a half-read one, but not itself. */
void scenario_release(struct scenario *s);

#endif
