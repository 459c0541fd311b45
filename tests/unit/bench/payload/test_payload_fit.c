/*
 * The generators compress as the real data does that they are modelled on: within 5 points, for
 * gzip-6 and zstd-3, at every batch size of tests/data/payload_reference.tsv. Where the real files
 * are at hand (ASSAY_SHARED, or ../shared/data), the table itself is checked against them.
 */
/* Long: every generator is compressed at every batch size. */
#define _GNU_SOURCE
#include "bench/payload/reduction.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define FIT_POINTS 5.0
#define TABLE_POINTS 1.0 /* other library versions compress a little differently */
enum { ROWS_MAX = 64, NAME_ROOM = 32, PATH_ROOM = 256, LINE_ROOM = 512, RECORDS = 20000 };
static const char TABLE[] = "tests/data/payload_reference.tsv";

struct fit_row {
    char kind[NAME_ROOM];
    size_t size_bytes;
    char cut[NAME_ROOM];
    size_t per_batch;
    double gzip6;
    double zstd3;
    char file[PATH_ROOM];
};

enum { KIND, SIZE, CUT, PER_BATCH, GZIP6, ZSTD3, SOURCE, COLUMNS };

static void read_row(char *line, struct fit_row *r)
{
    char *fields[COLUMNS];
    char *at = line;
    line[strcspn(line, "\n")] = '\0';
    for (size_t i = 0; i < COLUMNS; i++) {
        if (at == NULL) {
            fail_msg("%s: a column is missing: %s", TABLE, line);
            return;
        }
        fields[i] = at;
        at = strchr(at, '\t');
        if (at != NULL)
            *at++ = '\0';
    }
    (void)snprintf(r->kind, sizeof r->kind, "%s", fields[KIND]);
    (void)snprintf(r->cut, sizeof r->cut, "%s", fields[CUT]);
    (void)snprintf(r->file, sizeof r->file, "%s", fields[SOURCE]);
    r->size_bytes = strtoul(fields[SIZE], NULL, 10);
    r->per_batch = strtoul(fields[PER_BATCH], NULL, 10);
    r->gzip6 = strtod(fields[GZIP6], NULL);
    r->zstd3 = strtod(fields[ZSTD3], NULL);
}

static size_t read_table(struct fit_row rows[ROWS_MAX])
{
    FILE *f = fopen(TABLE, "r");
    if (f == NULL)
        skip(); /* not run from the root of the project */
    size_t count = 0;
    char line[LINE_ROOM];
    while (fgets(line, sizeof line, f) != NULL) {
        if (line[0] == '#')
            continue;
        assert_true(count < ROWS_MAX);
        read_row(line, &rows[count++]);
    }
    (void)fclose(f);
    assert_true(count > 0);
    return count;
}

static double reduction(const struct payload_pool *p, size_t per_batch, const char *codec)
{
    struct codec_spec choice;
    struct reduction r = {.fraction = -9.0};
    struct err e = {.text = ""};
    if (codec_spec_parse(codec, &choice, &e) != RC_OK ||
        reduction_measure(p, per_batch, choice, &r, &e) != RC_OK)
        fail_msg("%s", e.text);
    return r.fraction * 100.0;
}

/* Counts misses instead of stopping at the first, so that one run shows them all. */
static int compare(const char *what, const struct fit_row *r, const struct payload_pool *p,
                   double points)
{
    double gzip6 = reduction(p, r->per_batch, "gzip-6");
    double zstd3 = reduction(p, r->per_batch, "zstd-3");
    bool fits = fabs(gzip6 - r->gzip6) <= points && fabs(zstd3 - r->zstd3) <= points;
    print_message("%s %-8s %7zu B x %-6zu gzip-6 %5.1f (%5.1f)  zstd-3 %5.1f (%5.1f)%s\n", what,
                  r->kind, r->size_bytes, r->per_batch, gzip6, r->gzip6, zstd3, r->zstd3,
                  fits ? "" : "  <- too far");
    return fits ? 0 : 1;
}

static struct payload_pool build(const struct payload_spec *spec)
{
    struct payload_pool p;
    struct err e = {.text = ""};
    if (payload_pool_build(spec, &p, &e) != RC_OK)
        fail_msg("%s", e.text);
    return p;
}

static void test_generators_fit(void **state)
{
    (void)state;
    struct fit_row rows[ROWS_MAX];
    size_t count = read_table(rows);
    int misses = 0;
    for (size_t i = 0; i < count; i++)
        for (uint64_t seed = 1; seed <= 2; seed++) {
            struct payload_spec spec = {.kind = rows[i].kind,
                                        .seed = seed,
                                        .size_bytes = rows[i].size_bytes,
                                        .pool_bytes = 30000000,
                                        .records_max = RECORDS};
            struct payload_pool p = build(&spec);
            misses += compare("made", &rows[i], &p, FIT_POINTS);
            payload_pool_release(&p);
        }
    assert_int_equal(misses, 0);
}

static enum payload_cut cut_of(const char *name)
{
    if (strcmp(name, "lines") == 0)
        return CUT_LINES;
    return strcmp(name, "whole") == 0 ? CUT_WHOLE : CUT_SLICES;
}

static void test_table_is_true(void **state)
{
    (void)state;
    const char *folder = getenv("ASSAY_SHARED");
    if (folder == NULL)
        folder = "../shared/data";
    struct fit_row rows[ROWS_MAX];
    size_t count = read_table(rows);
    size_t seen = 0;
    int misses = 0;
    for (size_t i = 0; i < count; i++) {
        char path[2 * PATH_ROOM];
        (void)snprintf(path, sizeof path, "%s/%s", folder, rows[i].file);
        if (access(path, R_OK) != 0)
            continue;
        seen++;
        struct payload_spec spec = {
            .path = path, .cut = cut_of(rows[i].cut), .size_bytes = rows[i].size_bytes};
        struct payload_pool p = build(&spec);
        misses += compare("real", &rows[i], &p, TABLE_POINTS);
        payload_pool_release(&p);
    }
    assert_int_equal(misses, 0);
    if (seen == 0)
        skip();
}

/* The figure itself: known bytes, and the edges of what a batch can be. */
static void test_reduction_counts_what_it_says(void **state)
{
    (void)state;
    struct payload_spec spec = {.kind = "random", .seed = 1, .size_bytes = 100, .records_max = 25};
    struct payload_pool p = build(&spec);
    struct codec_spec none;
    struct reduction r;
    struct err e;
    assert_int_equal(codec_spec_parse("none", &none, &e), RC_OK);
    assert_int_equal(reduction_measure(&p, 10, none, &r, &e), RC_OK);
    assert_true(r.fraction == 0.0);
    assert_int_equal(r.batches, 2); /* a batch that is not full is left out */
    assert_int_equal(r.records_per_batch, 10);
    assert_int_equal(reduction_measure(&p, 1000, none, &r, &e), RC_OK);
    assert_int_equal(r.batches, 1);
    assert_int_equal(r.records_per_batch, 25);
    payload_pool_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generators_fit),
        cmocka_unit_test(test_table_is_true),
        cmocka_unit_test(test_reduction_counts_what_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
