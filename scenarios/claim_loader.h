/*
 * Inside of the loader of claims: what its files share. Nobody else includes this.
 *
 * A struct test_draft is a test while its keys are read: what depends on other keys (the edges of a
 * band are durations or shares, as the metric is) waits in nodes until all are known.
 * Ownership: t is the draft's until it is moved into a claim; nodes are borrowed from the document.
 */
#ifndef ASSAY_SCENARIOS_CLAIM_LOADER_H
#define ASSAY_SCENARIOS_CLAIM_LOADER_H

#include "scenarios/arithmetic.h"
#include "scenarios/claim.h"
#include "scenarios/yaml/field.h"

struct test_draft {
    struct claim_test t;
    const struct claim_places *places;
    char *arm;              /* owned; of a level */
    struct node *band;      /* borrowed; NULL: not given */
    struct node *checks;    /* borrowed */
    struct figure *figures; /* owned */
    size_t figure_count;
};

/* One claim while it is read. */
struct claim_draft {
    struct claim c;
    const struct claim_places *places;
};

/* One file while it is read; claims are appended to all. */
struct file_draft {
    char *document; /* owned */
    const struct node *list;
};

extern const struct field CLAIM_FILE_FIELDS[], CLAIM_FIELDS[], CLAIM_TEST_FIELDS[],
    CLAIM_BAND_FIELDS[], CLAIM_WHERE_FIELDS[], CLAIM_CHECK_FIELDS[];

/* Reads one test; on failure *out holds nothing. */
enum rc claim_test_read(const struct node *n, const struct claim_places *places,
                        struct claim_test *out, struct err *e) MUST_CHECK;
/* Reads the band of a draft whose kind and metric are known. */
enum rc claim_band_read(struct test_draft *d, struct err *e) MUST_CHECK;
/* Works out the checks of a draft whose figures are known. */
enum rc claim_checks_read(struct test_draft *d, struct err *e) MUST_CHECK;

/* Readers of the tables. */
enum rc claim_read_tests(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc claim_read_texts(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc claim_read_where(const struct field *f, const struct node *n, void *into, struct err *e);
enum rc claim_read_figures(const struct field *f, const struct node *n, void *into, struct err *e);
/* "2 %" as 0.02; not less than lo, in per cent. */
enum rc claim_read_share(const struct node *n, double lo_percent, const char *takes, double *out,
                         struct err *e) MUST_CHECK;

#endif
