/*
 * Tables of known answers in tests/data: tab-separated columns, lists within a column separated by
 * commas, '#' lines are remarks. Anything else than whole rows of numbers fails the test.
 */
#ifndef ASSAY_TESTS_UNIT_ANSWERS_H
#define ASSAY_TESTS_UNIT_ANSWERS_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWERS_COLUMNS = 12, ANSWERS_LIST = 512, ANSWERS_LINE = 32768 };

struct answers {
    FILE *file; /* owned */
    const char *path;
    size_t rows;
    char line[ANSWERS_LINE];
    char *column[ANSWERS_COLUMNS]; /* of the row last read */
};

static void answers_open(struct answers *a, const char *path)
{
    *a = (struct answers){.path = path, .file = fopen(path, "r")};
    if (a->file == NULL)
        fail_msg("%s cannot be opened: run from the project's root", path);
}

/* The next row, which has `columns` columns; false at the end, and the file is closed. */
static bool answers_next(struct answers *a, size_t columns)
{
    do {
        if (fgets(a->line, sizeof a->line, a->file) == NULL) {
            (void)fclose(a->file);
            return false;
        }
    } while (a->line[0] == '#');
    a->line[strcspn(a->line, "\n")] = '\0';
    char *at = a->line;
    for (size_t i = 0; i < columns; i++) {
        if (at == NULL)
            fail_msg("%s: row %zu has fewer than %zu columns", a->path, a->rows + 1, columns);
        a->column[i] = at;
        at = at == NULL ? NULL : strchr(at, '\t');
        if (at != NULL)
            *at++ = '\0';
    }
    a->rows++;
    return true;
}

static size_t answers_list(const struct answers *a, size_t column, double *values)
{
    size_t n = 0;
    char *at = a->column[column];
    for (;;) {
        char *end;
        double value = strtod(at, &end);
        if (end == at || n == ANSWERS_LIST)
            fail_msg("%s: row %zu: no list of numbers: %s", a->path, a->rows, at);
        values[n++] = value;
        if (*end != ',')
            return n;
        at = end + 1;
    }
}

static double answers_number(const struct answers *a, size_t column)
{
    return strtod(a->column[column], NULL);
}

/* Relative to 1 or to the wanted number, whichever is larger; infinities are equal to themselves,
 * and a wanted NAN is not checked. */
static void answers_near(const struct answers *a, const char *what, double got, double want)
{
    if (isnan(want) || got == want)
        return;
    if (!(fabs(got - want) <= 1e-11 * fmax(1, fabs(want))))
        fail_msg("%s: row %zu: %s is %.17g, should be %.17g", a->path, a->rows, what, got, want);
}

#endif
