/* A large file of records is read in pieces: in order, whole, and its errors name the line. */
#define _GNU_SOURCE
#include "reports/record/results.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { TRIALS = 2500 }; /* some 7 MB: more than all pieces of a file need */

static char folder[64], file[96];

static int enter(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/assay-test-results-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return 1;
    (void)snprintf(file, sizeof file, "%s/" FOLDER_TRIALS, folder);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    return unlink(file) != 0 || rmdir(folder) != 0;
}

/* The line of a record whose settings stand in it, as they do in schema 1: a=0, a=1, a=2. */
static void put_with_settings(const struct buf *line, size_t i, FILE *out)
{
    static const char find[] = "\"settings\":{\"sender\":\"\"";
    const char *at = memmem(line->data, line->size, find, sizeof find - 1);
    assert_non_null(at);
    int head = (int)(at - (const char *)line->data);
    (void)fprintf(out, "%.*s\"settings\":{\"sender\":{\"a\":\"%zu\"}%.*s", head,
                  (const char *)line->data, i / 1000,
                  (int)line->size - head - (int)(sizeof find - 1), at + sizeof find - 1);
}

/* Records of one scenario; what stands in lines bad[0] and bad[1], from 1, is no record. */
static void put_trials(const size_t bad[2], bool settings, const char *tail)
{
    struct trial_record *r = calloc(1, sizeof *r);
    struct err e;
    FILE *out = fopen(file, "w");
    assert_non_null(r);
    assert_non_null(out);
    for (size_t i = 1; i <= TRIALS; i++) {
        struct buf line;
        buf_init(&line, 1 << 20);
        trial_record_init(r);
        (void)snprintf(r->trial, sizeof r->trial, "c%05zu.b01", i);
        r->block = 1;
        r->cell_index = (int64_t)i;
        (void)snprintf(r->scenario, sizeof r->scenario, "many");
        r->group = r->cell_index;
        assert_int_equal(trial_record_write(r, &line, &e), RC_OK);
        if (i == bad[0] || i == bad[1])
            (void)fprintf(out, "garbage %zu\n", i);
        else if (settings)
            put_with_settings(&line, i, out);
        else
            assert_int_equal(fwrite(line.data, 1, line.size, out), line.size);
        buf_release(&line);
    }
    assert_true(fputs(tail, out) >= 0);
    assert_true(ftell(out) > 4 << 20);
    assert_int_equal(fclose(out), 0);
    free(r);
}

static void every_record_is_there_in_order(void **state)
{
    (void)state;
    static const char *const tails[] = {"", "{\"schema\":\"assay-tr"};
    for (size_t t = 0; t < 2; t++) {
        struct results r;
        struct err e;
        put_trials((const size_t[2]){0, 0}, false, tails[t]);
        if (results_read(folder, &r, &e) != RC_OK)
            fail_msg("%s", e.text);
        assert_int_equal(r.count, TRIALS);
        assert_int_equal(r.cut_bytes, strlen(tails[t]));
        for (size_t i = 0; i < r.count; i++) {
            char name[32];
            (void)snprintf(name, sizeof name, "c%05zu.b01", i + 1);
            assert_string_equal(r.records[i].trial, name);
        }
        results_release(&r);
    }
}

static void the_first_bad_line_is_named(void **state)
{
    (void)state;
    static const size_t rows[][2] = {{1, 2}, {700, TRIALS}, {TRIALS / 2, 0}, {TRIALS, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct results r;
        struct err e = {.text = ""};
        char says[160];
        put_trials(rows[i], false, i % 2 == 0 ? "" : "{");
        assert_int_equal(results_read(folder, &r, &e), RC_INPUT);
        (void)snprintf(says, sizeof says, "%s:%zu: not valid JSON", file, rows[i][0]);
        if (strstr(e.text, says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", e.text, says);
        assert_null(r.records);
    }
}

/* Any piece may be the first to meet settings. */
static void settings_of_all_pieces_are_kept(void **state)
{
    (void)state;
    struct results r;
    struct err e;
    put_trials((const size_t[2]){0, 0}, true, "");
    if (results_read(folder, &r, &e) != RC_OK)
        fail_msg("%s", e.text);
    assert_int_equal(r.settings.count, 3);
    for (size_t i = 0; i < r.count; i++) {
        char lines[32];
        (void)snprintf(lines, sizeof lines, "a=%zu\n", (i + 1) / 1000);
        const char *found = settings_table_find(&r.settings, r.records[i].sender_settings);
        assert_non_null(found);
        assert_string_equal(found, lines);
    }
    results_release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_is_there_in_order),
        cmocka_unit_test(the_first_bad_line_is_named),
        cmocka_unit_test(settings_of_all_pieces_are_kept),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
