/* Records and batches are cut where the rule says, and no byte is lost or invented. */
#define _POSIX_C_SOURCE 200809L /* mkstemp, fdopen */
#include "bench/measure/block_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct block_list list_of(struct block_rule rule, const char *text)
{
    struct block_list l;
    struct err e = {0};
    block_list_init(&l, rule);
    assert_int_equal(block_list_add(&l, span_str(text), "text", &e), RC_OK);
    return l;
}

/* Blocks joined by '|' must read as expected. */
static void assert_blocks(struct block_list l, size_t records, const char *expected)
{
    char seen[200] = "";
    size_t used = 0;
    for (size_t i = 0; i < l.count; i++) {
        struct span block = block_list_at(&l, i);
        assert_true(used + block.size + 2 < sizeof seen);
        if (i > 0)
            seen[used++] = '|';
        memcpy(seen + used, block.data, block.size);
        used += block.size;
    }
    seen[used] = '\0';
    assert_string_equal(seen, expected);
    assert_int_equal(l.records, records);
    block_list_release(&l);
}

static void a_file_is_one_record(void **state)
{
    (void)state;
    assert_blocks(list_of((struct block_rule){.batch_records = 1}, "a\nb\n"), 1, "a\nb\n");
}

static void lines_lose_their_newline_and_empty_ones_are_counted(void **state)
{
    (void)state;
    struct block_rule one = {.lines = true, .batch_records = 1};
    assert_blocks(list_of(one, "a\nbb\nccc\n"), 3, "a|bb|ccc");
    assert_blocks(list_of(one, "a\nbb"), 2, "a|bb");
    struct block_list l = list_of(one, "\na\n\n\nb\n\n");
    assert_int_equal(l.empty_lines, 4);
    assert_blocks(l, 2, "a|b");
}

static void slices_leave_the_rest_last(void **state)
{
    (void)state;
    struct block_rule rule = {.record_bytes = 3, .batch_records = 1};
    assert_blocks(list_of(rule, "abcdefgh"), 3, "abc|def|gh");
    assert_blocks(list_of(rule, "abcdef"), 2, "abc|def");
    assert_blocks(list_of(rule, "ab"), 1, "ab");
}

static void batches_close_at_either_limit(void **state)
{
    (void)state;
    struct block_rule rule = {.record_bytes = 2, .batch_records = 3};
    assert_blocks(list_of(rule, "aabbccddeef"), 6, "aabbcc|ddeef");
    rule = (struct block_rule){.record_bytes = 2, .batch_bytes = 5};
    assert_blocks(list_of(rule, "aabbccdde"), 5, "aabb|ccdde");
    rule = (struct block_rule){.record_bytes = 2, .batch_bytes = 4};
    assert_blocks(list_of(rule, "aabbccdde"), 5, "aabb|ccdd|e");
    rule = (struct block_rule){.record_bytes = 1, .batch_bytes = 4, .batch_records = 2};
    assert_blocks(list_of(rule, "abcde"), 5, "ab|cd|e");
    rule = (struct block_rule){.lines = true, .batch_bytes = 3};
    assert_blocks(list_of(rule, "a\nlonger\nb\nc"), 4, "a|longer|bc");
    rule = (struct block_rule){.lines = true}; /* no limit: all of a file in one block */
    assert_blocks(list_of(rule, "a\nb\nc"), 3, "abc");
}

static void a_block_never_spans_files(void **state)
{
    (void)state;
    struct err e = {0};
    struct block_list l =
        list_of((struct block_rule){.lines = true, .batch_records = 2}, "a\nb\nc");
    assert_int_equal(block_list_add(&l, span_str("d\ne\n"), "second", &e), RC_OK);
    assert_int_equal(block_list_largest(&l), 2);
    assert_blocks(l, 5, "ab|c|de");
}

static void nothing_to_compress_is_refused_and_earlier_files_stay(void **state)
{
    (void)state;
    struct err e = {0};
    struct block_list l = list_of((struct block_rule){.lines = true, .batch_records = 1}, "a");
    assert_int_equal(block_list_add(&l, span_str(""), "void.log", &e), RC_INPUT);
    assert_non_null(strstr(e.text, "void.log: the file is empty"));
    assert_int_equal(block_list_add(&l, span_str("\n\n"), "lines.log", &e), RC_INPUT);
    assert_non_null(strstr(e.text, "lines.log: every line is empty"));
    assert_int_equal(block_list_add_file(&l, "/nowhere/at.all", &e), RC_INPUT);
    assert_non_null(strstr(e.text, "/nowhere/at.all: cannot be opened"));
    assert_int_equal(block_list_add_file(&l, "/", &e), RC_INPUT);
    assert_non_null(strstr(e.text, "/: cannot be read"));
    assert_blocks(l, 1, "a");
}

static void a_large_file_is_read_whole(void **state)
{
    (void)state;
    enum { SIZE = (3 << 20) + 5 };
    char path[] = "/tmp/block_list_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "wb");
    assert_non_null(file);
    for (size_t i = 0; i < SIZE; i++)
        (void)fputc((int)(i % 251), file);
    assert_int_equal(fclose(file), 0);
    struct block_list l;
    struct err e = {0};
    block_list_init(&l, (struct block_rule){.batch_records = 1});
    assert_int_equal(block_list_add_file(&l, path, &e), RC_OK);
    assert_int_equal(unlink(path), 0);
    struct span all = block_list_at(&l, 0);
    assert_int_equal(all.size, SIZE);
    for (size_t i = 0; i < SIZE; i++)
        assert_int_equal(all.data[i], i % 251);
    block_list_release(&l);
    block_list_release(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_one_record),
        cmocka_unit_test(lines_lose_their_newline_and_empty_ones_are_counted),
        cmocka_unit_test(slices_leave_the_rest_last),
        cmocka_unit_test(batches_close_at_either_limit),
        cmocka_unit_test(a_block_never_spans_files),
        cmocka_unit_test(nothing_to_compress_is_refused_and_earlier_files_stay),
        cmocka_unit_test(a_large_file_is_read_whole),
    };
    return cmocka_run_group_tests_name("block_list", tests, NULL, NULL);
}
