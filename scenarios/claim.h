/*
 * A documented claim as data: what a document says, and what would show it true or false.
 *
 * scenarios/claims/DOCUMENT.yaml holds the claims of one document. A claim has one or more tests;
 * all must hold. A test of a contrast says which arms of which scenario are compared in which
 * metric and what band the words promise; it is judged in every stratum (a stratum is one group of
 * the plan: payload, size, batching, load, link) that its filter lets through.
 * claims_load refuses unknown keys, an id twice, a test without its band, an unknown metric, probe,
 * client or scenario: FILE:LINE: FIELD: what was found and what was expected; RC_INPUT. claim.c
 * (tables, claim_find, claims_free) needs base/ alone; the loader is claim_loader*.c.
 * Ownership: everything inside is freed by claims_free. Threads: read-only.
 * The YAML form is documented in docs/claims.md. Must not need codecs/ or core/: reports/ reads it.
 */
#ifndef ASSAY_SCENARIOS_CLAIM_H
#define ASSAY_SCENARIOS_CLAIM_H

#include "base/err.h"
#include "base/quantity.h"
#include "scenarios/dimension.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum test_kind {
    TEST_CHANGE, /* relative change of a metric, from one arm to another: band on x_to/x_from-1 */
    TEST_DIFFERENCE, /* x_to - x_from in the metric's own unit */
    TEST_LEVEL,      /* x of one arm in the metric's own unit; every trial is an observation */
    TEST_RANKING,    /* an order of arms, lowest metric first, by paired differences */
    TEST_PROBE,      /* a boundary or a behaviour: accepted or refused (bench/probe/probe.h) */
    TEST_CLIENT,     /* what another client library really stores (scripts/clients) */
    TEST_ARITHMETIC, /* on the document's own figures; nothing is run */
    TEST_NOT_BUILT   /* its system does not exist yet; says which */
};
enum { TEST_KINDS = TEST_NOT_BUILT + 1 };
extern const char *const TEST_KIND_NAMES[]; /* "change" "difference" ..., NULL-terminated */
/* Client libraries a claim may ask about; NULL-terminated. */
extern const char *const CLAIM_CLIENTS[];

/* Below home's data: the claims, and the scenarios that measure them and nothing else. */
#define CLAIMS_FOLDER "scenarios/claims"
#define CLAIM_SCENARIOS_FOLDER "scenarios/claims/measure"

/* What the words promise. Relative changes as fractions: -0.2 is "-20 %"; other values in the
 * metric's unit as METRICS has it (nanoseconds, bytes, ratio). */
struct claim_band {
    double weak;   /* the edge that must be passed */
    double strong; /* the far edge; NAN: the words name none */
    bool falling;  /* better is smaller: the claim holds below weak */
    char *words;   /* owned; "below -20 %, to -40 %", "below 10 ms" */
};

/* Which groups are strata. Each list NULL-terminated, or NULL: all. A value matches a record's text
 * that is equal to it or begins with it and a blank ("open" matches "open 500/s"). */
struct claim_filter {
    char **takes[DIMENSIONS]; /* owned */
};

struct claim_check {
    char *says;        /* owned; "1 500 000 sent - 1 498 500 processed - 0 dead letters = 0" */
    char *computation; /* owned; with the figures put in: "1500000 - 1498500 - 0 = 1500" */
    bool holds;
};

struct claim_test {
    enum test_kind kind;
    int line;        /* of its file */
    char *says;      /* owned; short: "e2e p50, zstd-3 against gzip-9"; "" when the claim's
                        own words suffice */
    char *given;     /* owned; what the words take for granted; "" when nothing */
    char *metric;    /* owned; a name of METRICS (reports/summary/metric.h); NULL where none */
    char *from, *to; /* owned; arms; from NULL for TEST_LEVEL */
    char **order;    /* owned; TEST_RANKING: tiers lowest first, arms of a tier joined by '|' */
    struct claim_band band;
    struct claim_filter where;
    bool any_stratum;    /* one stratum suffices ("up to", "there is"); false: every one */
    bool typical;        /* the middle of the strata lies within both edges ("~40 %") */
    bool remark;         /* shown beside the others; it decides nothing */
    double tolerance;    /* exact metrics: differences up to this share do not count */
    char *scenario;      /* owned; of CLAIM_SCENARIOS_FOLDER; NULL where nothing is run */
    char *scenario_full; /* owned; with --full; equal to scenario where there is no other */
    char *probe;         /* owned; TEST_PROBE: a name of PROBES */
    char *client, *client_codec, *client_expect; /* owned; TEST_CLIENT: "aiokafka-0.11.0" "zstd"
                                                    "stored" or "refused"; a codec may name a
                                                    level: "zstd-22" */
    struct claim_check *checks; /* owned; TEST_ARITHMETIC, already computed by the loader */
    size_t check_count;
    char *reason; /* owned; TEST_NOT_BUILT */
};

struct claim {
    char *id;       /* owned; "Z01" */
    char *document; /* owned; "000-zstd-note" */
    char *words;    /* owned; the document's own */
    char *trap;     /* owned; what to watch for; "" */
    char *map;      /* owned; title of the map of strata to be printed; "" when none */
    char *file;     /* owned */
    int line;
    bool questions; /* its tests are questions of their own: unlike answers decide nothing */
    struct claim_test *tests; /* owned; at least one */
    size_t test_count;
};

struct claims {
    struct claim *all; /* owned; in the order of their files and lines */
    size_t count;
};

/* Every claim of every *.yaml in folder. metrics: those of METRICS; probes: of
 * PROBES. On failure *out is untouched. */
struct claim_metric {
    const char *name;      /* of METRICS; NULL ends */
    enum metric_unit unit; /* of band edges */
    bool by_difference;    /* may be 0, so that a change in % says nothing */
};
struct claim_places {
    const char *folder;
    const struct claim_metric *metrics;
    const char *const *probes;
    bool kept; /* copies in a result folder: the scenarios that tests name are not beside them */
};
enum rc claims_load(const struct claim_places *places, struct claims *out,
                    struct err *e) MUST_CHECK;
/* The same from one text; places->folder is not looked into. */
struct claims_text {
    const char *yaml;
    size_t size;
    const char *file; /* the name that messages show */
};
enum rc claims_parse(const struct claims_text *text, const struct claim_places *places,
                     struct claims *out, struct err *e) MUST_CHECK;
void claims_free(struct claims *c);            /* what is inside; zeroed is fine */
void claim_test_release(struct claim_test *t); /* what is inside; zeroed is fine */
/* NULL when there is none. Ids are matched without regard to case. */
const struct claim *claim_find(const struct claims *c, const char *id);
/* The id nearest to one that is none, or NULL. Borrowed from c. */
const char *claim_nearest(const struct claims *c, const char *id);

/* The keys of a file of claims as Markdown tables; appended to out. docs/claims.md holds this. */
struct buf;
enum rc claim_describe_keys(struct buf *out, struct err *e) MUST_CHECK;

#endif
