/*
 * The columns of the table per comparison: terminal, Markdown and HTML print the same cells.
 * Columns of metrics stand in the rows of METRICS; the few others are rows in column.c.
 *
 * Texts are UTF-8. `loud` marks what must not be overlooked: another codec stored than asked for,
 * trials that do not count, no proof. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_SUMMARY_COLUMN_H
#define ASSAY_REPORTS_SUMMARY_COLUMN_H

#include "reports/summary/summary.h"

enum { COLUMN_TEXT = 160, COLUMN_MAX = 2 * METRICS_MAX + 8 };

struct cell_text {
    char text[COLUMN_TEXT];
    bool loud;
};

struct column {
    const char *title;    /* NULL: what the group compares */
    const char *flat_out; /* title in a group whose latencies are a queue; NULL: the same */
    const char *says;     /* the legend */
    bool left;            /* aligned */
    int priority;         /* when there is no room the highest goes first; 0 always stays */
    bool paced_only;      /* says nothing about a flat-out group */
    bool background_only; /* only where some arm has background load */
    void (*fill)(const struct summary_cell *c, struct cell_text *out); /* NULL: of a metric */
    enum metric metric;
    bool versus; /* its ratio to the reference arm */
    bool spread; /* with half the range in percent */
};

/* Every column there is, for legends; returns how many. */
size_t columns_all(struct column out[COLUMN_MAX]);
/* Those of a group. */
size_t columns_of(const struct summary_group *g, struct column out[COLUMN_MAX]);
const char *column_title(const struct column *col, const struct summary_group *g);
void column_fill(const struct column *col, const struct summary_cell *c, struct cell_text *out);

/* What its reader must know of a group: that its batches repeat the same few records, or why
 * latencies are "-" and how many records they take; "" when there is nothing. text holds
 * COLUMN_TEXT bytes; returned. */
char *columns_note(const struct summary *s, const struct summary_group *g, char *text);

/* Three significant digits: "0.31", "3.21", "1234". out holds COLUMN_TEXT bytes; returned. */
char *number_text(double v, char *out);
/* "≥ " where the median of a cell may be larger, because values were cut off; "". */
const char *median_sign(enum metric m, const struct summary_cell *c);
/* A value of a metric in its unit; "-" when not measured. */
char *metric_text(enum metric m, double v, char *out);
/* A difference of two of its values, with its sign: "+12", "-3.00 ms". */
char *metric_difference_text(enum metric m, double v, char *out);
/* What summary_cell.versus holds of a metric: its ratio, or its difference. */
char *versus_text(enum metric m, double v, char *out);

#endif
