/* Files as payload: cutting, order of the walk, limits, and what is refused. */
#define _GNU_SOURCE
#include "bench/payload/payload.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATH_ROOM = 256 };

static int make_folder(void **state)
{
    char *folder = strdup("/tmp/assay-corpus-XXXXXX");
    *state = folder;
    return folder != NULL && mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int remove_folder(void **state)
{
    int failed = nftw(*state, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return failed;
}

static const char *in_folder(void *const *state, const char *name, char path[PATH_ROOM])
{
    const char *folder = *state;
    int n = snprintf(path, PATH_ROOM, "%s/%s", folder, name);
    assert_true(n > 0 && n < PATH_ROOM);
    return path;
}

static void put(void *const *state, const char *name, const char *data, size_t size)
{
    char path[PATH_ROOM];
    FILE *f = fopen(in_folder(state, name, path), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

static void put_text(void *const *state, const char *name, const char *text)
{
    put(state, name, text, strlen(text));
}

static struct payload_pool build(const struct payload_spec *spec)
{
    struct payload_pool pool;
    struct err e = {.text = ""};
    if (payload_pool_build(spec, &pool, &e) != RC_OK)
        fail_msg("%s", e.text);
    return pool;
}

/* Records joined by '|' must read as expected. */
static void expect_records(const struct payload_pool *p, const char *expected)
{
    struct buf all;
    struct err e;
    buf_init(&all, 100000);
    for (size_t i = 0; i < p->records; i++) {
        struct span r = payload_pool_record(p, i);
        assert_int_equal(buf_append(&all, r.data, r.size, &e), RC_OK);
        assert_int_equal(buf_append(&all, "|", 1, &e), RC_OK);
    }
    assert_string_equal(all.size > 0 ? (const char *)all.data : "", expected);
    buf_release(&all);
}

static void expect_refused(const struct payload_spec *spec, const char *why)
{
    struct payload_pool pool;
    struct err e = {.text = ""};
    assert_int_equal(payload_pool_build(spec, &pool, &e), RC_INPUT);
    if (strstr(e.text, why) == NULL || strstr(e.text, spec->path) == NULL)
        fail_msg("\"%s\" does not say \"%s\" and the path", e.text, why);
    assert_null(pool.mapping);
}

static void test_lines(void **state)
{
    char path[PATH_ROOM];
    put_text(state, "a.csv", "one\n\ntwo\n\n\nthree\r\nlast");
    struct payload_spec spec = {.path = in_folder(state, "a.csv", path), .cut = CUT_LINES};
    struct payload_pool p = build(&spec);
    expect_records(&p, "one|two|three\r|last|");
    assert_int_equal(p.skipped_lines, 3);
    assert_int_equal(p.distinct, 4);
    payload_pool_release(&p);
}

static void test_repeats_are_kept_and_counted(void **state)
{
    char path[PATH_ROOM];
    put_text(state, "a.csv", "x\ny\nx\nx\n");
    struct payload_spec spec = {.path = in_folder(state, "a.csv", path), .cut = CUT_LINES};
    struct payload_pool p = build(&spec);
    expect_records(&p, "x|y|x|x|");
    assert_int_equal(p.distinct, 2);
    payload_pool_release(&p);
}

static void test_walk_is_in_name_order(void **state)
{
    char path[PATH_ROOM];
    assert_int_equal(mkdir(in_folder(state, "b", path), 0700), 0);
    put_text(state, "c.txt", "4\n");
    put_text(state, "b/z.txt", "3\n");
    put_text(state, "b/a.txt", "2\n");
    put_text(state, "a.txt", "1\n");
    put_text(state, ".hidden", "no\n");
    assert_int_equal(symlink("a.txt", in_folder(state, "d.txt", path)), 0);
    struct payload_spec spec = {.path = *state, .cut = CUT_LINES};
    struct payload_pool p = build(&spec);
    expect_records(&p, "1|2|3|4|1|");
    payload_pool_release(&p);
}

static void test_whole_files(void **state)
{
    put_text(state, "a", "line\nline\n");
    put_text(state, "b", "");
    put(state, "c", "\0\n", 2);
    struct payload_spec spec = {.path = *state, .cut = CUT_WHOLE};
    struct payload_pool p = build(&spec);
    assert_int_equal(p.records, 2);
    assert_int_equal(p.skipped_lines, 1);
    assert_int_equal(payload_pool_record(&p, 0).size, 10);
    assert_memory_equal(payload_pool_record(&p, 1).data, "\0\n", 2);
    payload_pool_release(&p);
}

/* A TIFF whose one directory has no image and follows itself, and a PNG of nothing but its first
 * bytes; the text is of no format that is known. They are taken, and counted. */
static void test_damaged_images_are_told(void **state)
{
    static const char tiff[] = "II*\0\x08\0\0\0\x01\0\x0e\x01\x02\0\x01\0\0\0\0\0\0\0\x08\0\0";
    static const char png[] = "\x89PNG\r\n\x1a\n\0\0";
    put(state, "a.tif", tiff, sizeof tiff);
    put(state, "b.png", png, sizeof png);
    put_text(state, "c.txt", "PNG");
    assert_int_equal(sizeof tiff, 26);
    struct payload_spec spec = {.path = *state, .cut = CUT_WHOLE};
    struct payload_pool p = build(&spec);
    assert_int_equal(p.records, 3);
    assert_int_equal(p.damaged, 2);
    if (strncmp(p.damage, "a.tif: tiff: directory at 8: ", 29) != 0)
        fail_msg("%s", p.damage);
    payload_pool_release(&p);
    spec.cut = CUT_LINES;
    p = build(&spec);
    assert_int_equal(p.damaged, 0);
    assert_string_equal(p.damage, "");
    payload_pool_release(&p);
}

static void test_slices_end_with_the_file(void **state)
{
    put_text(state, "a", "abcdefgh");
    put_text(state, "b", "123");
    struct payload_spec spec = {.path = *state, .cut = CUT_SLICES, .size_bytes = 3};
    struct payload_pool p = build(&spec);
    expect_records(&p, "abc|def|gh|123|");
    payload_pool_release(&p);
    spec.size_bytes = 0;
    expect_refused(&spec, "slices of 0 bytes");
}

/* Larger than one read, so that records cross its edge. */
static void test_records_across_reads(void **state)
{
    enum { SIZE = 3000000, LINE = 999 };
    char *data = malloc(SIZE);
    assert_non_null(data);
    for (size_t i = 0; i < SIZE; i++)
        data[i] = i % (LINE + 1) == LINE ? '\n' : (char)('a' + (int)(i * i / 7 % 26));
    put(state, "big", data, SIZE);
    char path[PATH_ROOM];
    struct payload_spec spec = {.path = in_folder(state, "big", path), .cut = CUT_LINES};
    struct payload_pool lines = build(&spec);
    assert_int_equal(lines.records, SIZE / (LINE + 1));
    for (size_t i = 0; i < lines.records; i++)
        assert_memory_equal(payload_pool_record(&lines, i).data, data + i * (LINE + 1), LINE);
    spec.cut = CUT_WHOLE;
    struct payload_pool whole = build(&spec);
    assert_int_equal(whole.records, 1);
    assert_memory_equal(whole.bytes, data, SIZE);
    payload_pool_release(&lines);
    payload_pool_release(&whole);
    free(data);
}

static void test_limits(void **state)
{
    char path[PATH_ROOM];
    put_text(state, "a", "11\n22\n33\n44\n");
    struct payload_spec spec = {.path = in_folder(state, "a", path), .records_max = 2};
    struct payload_pool p = build(&spec);
    expect_records(&p, "11|22|");
    payload_pool_release(&p);
    spec.records_max = 0;
    spec.pool_bytes = 7;
    p = build(&spec);
    expect_records(&p, "11|22|33|");
    payload_pool_release(&p);
    spec.pool_bytes = 1; /* a first record is always taken */
    p = build(&spec);
    expect_records(&p, "11|");
    payload_pool_release(&p);
}

static void test_what_is_refused(void **state)
{
    char path[PATH_ROOM];
    struct payload_spec spec = {.path = in_folder(state, "missing", path), .cut = CUT_LINES};
    expect_refused(&spec, "No such file");
    put_text(state, "empty", "");
    spec.path = in_folder(state, "empty", path);
    expect_refused(&spec, "no records");
    put_text(state, "blank", "\n\n");
    spec.path = in_folder(state, "blank", path);
    expect_refused(&spec, "only empty lines");
    assert_int_equal(mkfifo(in_folder(state, "pipe", path), 0600), 0);
    spec.path = path;
    expect_refused(&spec, "neither a file nor a folder");
    assert_int_equal(mkdir(in_folder(state, "none", path), 0700), 0);
    spec.path = path;
    expect_refused(&spec, "no records");
}

static void test_dangling_link_is_named(void **state)
{
    char path[PATH_ROOM];
    put_text(state, "a", "1\n");
    assert_int_equal(symlink("nowhere", in_folder(state, "b", path)), 0);
    struct payload_spec spec = {.path = *state, .cut = CUT_LINES};
    expect_refused(&spec, "/b");
}

static void test_folder_loop_ends(void **state)
{
    char path[PATH_ROOM];
    assert_int_equal(symlink(".", in_folder(state, "loop", path)), 0);
    struct payload_spec spec = {.path = *state, .cut = CUT_LINES};
    expect_refused(&spec, "folders deep");
}

static void test_unreadable_file_is_named(void **state)
{
    if (geteuid() == 0)
        skip(); /* root reads everything */
    char path[PATH_ROOM];
    put_text(state, "a", "1\n");
    assert_int_equal(chmod(in_folder(state, "a", path), 0), 0);
    struct payload_spec spec = {.path = path, .cut = CUT_LINES};
    expect_refused(&spec, "Permission denied");
}

/* A sparse file costs no disk: one byte more than a record can hold. */
static void test_file_too_large_for_one_record(void **state)
{
    char path[PATH_ROOM];
    put_text(state, "huge", "x");
    assert_int_equal(truncate(in_folder(state, "huge", path), 1000000001), 0);
    struct payload_spec spec = {.path = path, .cut = CUT_WHOLE};
    expect_refused(&spec, "1000000001 bytes");
}

int main(void)
{
#define CORPUS_TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        CORPUS_TEST(test_lines),
        CORPUS_TEST(test_repeats_are_kept_and_counted),
        CORPUS_TEST(test_walk_is_in_name_order),
        CORPUS_TEST(test_whole_files),
        CORPUS_TEST(test_damaged_images_are_told),
        CORPUS_TEST(test_slices_end_with_the_file),
        CORPUS_TEST(test_records_across_reads),
        CORPUS_TEST(test_limits),
        CORPUS_TEST(test_what_is_refused),
        CORPUS_TEST(test_dangling_link_is_named),
        CORPUS_TEST(test_folder_loop_ends),
        CORPUS_TEST(test_unreadable_file_is_named),
        CORPUS_TEST(test_file_too_large_for_one_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
