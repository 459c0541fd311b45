/*
 * The map of a claim: where its effect holds, as grids of payload kind and size by batching.
 *
 * One grid per test, pair of arms, codec, encoding, load and link. Rows are payload and size,
 * columns batchings, in the order they appear. A cell is a stratum or nothing.
 * Ownership: everything is borrowed from the verdict. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_CLAIMS_CLAIM_MAP_H
#define ASSAY_REPORTS_CLAIMS_CLAIM_MAP_H

#include "reports/claims/verdict.h"

enum { MAP_ROWS = 64, MAP_COLUMNS = 16, MAP_TITLE = 512, MAP_CELL = 192 };

struct claim_map {
    char title[MAP_TITLE]; /* "zstd-3 against gzip-9, end-to-end latency, median; open 500/s" */
    const char *rows[MAP_ROWS][2]; /* payload, size */
    size_t row_count;
    const char *columns[MAP_COLUMNS];
    size_t column_count;
    const struct stratum *cells[MAP_ROWS][MAP_COLUMNS]; /* NULL: none */
    size_t left_out;                                    /* strata for which there was no room */
};

/* Begin with *at 0: false when there is no further grid. */
bool claim_map_next(const struct claim_verdict *v, size_t *at, struct claim_map *out);
/* "-63 % (-66 to -58)" and how it stands to the claim: "" holds, "no" refuted, "FLIPS" when the
 * change has the other sign, "?" undecided, "n/a". text holds MAP_CELL bytes; returned. */
char *claim_map_cell(const struct stratum *s, char *text);
/* What the marks mean, one line. */
extern const char CLAIM_MAP_LEGEND[];

#endif
