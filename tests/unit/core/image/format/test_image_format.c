/*
 * Formats told from content: small whole files of each kind (the fuzzer's seeds), each cut at every
 * length and with every bit flipped, damage that must be named, and real files where they are at
 * hand (ASSAY_SHARED or ../shared/data, and var/data).
 */
#define _GNU_SOURCE
#include "base/fs.h"
#include "core/image/format/image_format.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SEEDS "tests/fuzz/corpus/image_format/"
enum { FILE_MAX = 64 << 20, CUTS = 200, LAST_BYTES = 64, FLIPS = 400 };
enum { BEFORE_LAST_BOX = 182 }; /* jp2-long without the box after its codestream is whole */

static const struct {
    const char *file, *format;
} SAMPLES[] = {
    {"tiff-ii", "tiff"},     {"tiff-mm", "tiff"},         {"tiff-big", "tiff"},
    {"tiff-big-mm", "tiff"}, {"tiff-tiles", "tiff"},      {"tiff-below", "tiff"},
    {"png", "png"},          {"png-palette", "png"},      {"jpeg", "jpeg"},
    {"j2k", "j2k"},          {"j2k-open", "j2k"},         {"jp2", "jp2"},
    {"jp2-long", "jp2"},     {"jp2-open", "jp2"},         {"hdf5-0", "hdf5"},
    {"hdf5-2", "hdf5"},      {"hdf5-user-block", "hdf5"}, {"hdf4", "hdf4"},
    {"netcdf-1", "netcdf"},  {"netcdf-2", "netcdf"},      {"netcdf-5", "netcdf"},
};
enum { SAMPLE_COUNT = sizeof SAMPLES / sizeof SAMPLES[0] };

static void load(const char *path, struct buf *out)
{
    struct err e = {0};
    buf_init(out, FILE_MAX);
    if (fs_read(path, out, &e) != RC_OK)
        fail_msg("%s", e.text);
}

static void load_sample(const char *name, struct buf *out)
{
    char path[FS_PATH_MAX];
    (void)snprintf(path, sizeof path, SEEDS "%s", name);
    load(path, out);
}

/* Checks a copy of exactly that size, so that a read past the end is caught. */
static enum rc check_copy(struct span bytes, const struct image_format **f, struct err *e)
{
    uint8_t *copy = malloc(bytes.size > 0 ? bytes.size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes.data, bytes.size);
    enum rc rc = image_format_check(span_of(copy, bytes.size), f, e);
    free(copy);
    return rc;
}

static void test_every_sample_is_recognised_and_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        struct buf b;
        struct err e = {0};
        const struct image_format *f = NULL;
        load_sample(SAMPLES[i].file, &b);
        if (check_copy(buf_span(&b), &f, &e) != RC_OK)
            fail_msg("%s: %s", SAMPLES[i].file, e.text);
        assert_string_equal(f->name, SAMPLES[i].format);
        assert_ptr_equal(image_format_find(SAMPLES[i].format), f);
        buf_release(&b);
    }
}

static void test_every_format_has_a_sample_and_says_what_it_proves(void **state)
{
    (void)state;
    for (const struct image_format *const *f = IMAGE_FORMATS; *f != NULL; f++) {
        bool found = false;
        for (size_t i = 0; i < SAMPLE_COUNT; i++)
            found = found || strcmp(SAMPLES[i].format, (*f)->name) == 0;
        assert_true(found);
        assert_true(strlen((*f)->proves) > 0 && strlen((*f)->source) > 0);
    }
    assert_null(image_format_find("gif"));
}

/* What a truncated file becomes: refused, with a reason. */
static void must_refuse(const char *name, struct span bytes)
{
    struct err e = {0};
    const struct image_format *f = NULL;
    if (check_copy(bytes, &f, &e) != RC_INPUT)
        fail_msg("%s cut to %zu bytes is taken for whole", name, bytes.size);
    assert_null(f);
    assert_true(strlen(e.text) > 0);
}

static void test_every_truncation_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        struct buf b;
        load_sample(SAMPLES[i].file, &b);
        for (size_t size = 0; size < b.size; size++)
            if (strcmp(SAMPLES[i].file, "jp2-long") != 0 || size != BEFORE_LAST_BOX)
                must_refuse(SAMPLES[i].file, span_of(b.data, size));
        buf_release(&b);
    }
}

/* Formats with checksums over everything see every flip; all others must not crash. */
static void test_every_flipped_bit(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        struct buf b;
        bool sees_all = strcmp(SAMPLES[i].format, "png") == 0;
        load_sample(SAMPLES[i].file, &b);
        size_t refused = 0;
        for (size_t bit = 0; bit < b.size * 8; bit++) {
            struct err e = {0};
            const struct image_format *f;
            b.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
            enum rc rc = check_copy(buf_span(&b), &f, &e);
            b.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
            refused += rc != RC_OK;
            if (sees_all && rc == RC_OK)
                fail_msg("%s: bit %zu flipped and not seen", SAMPLES[i].file, bit);
        }
        assert_true(refused > 0);
        buf_release(&b);
    }
}

static void test_damage_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *sample;
        size_t at;
        uint8_t value;
        const char *says;
    } rows[] = {
        {"png", 41, 'X', "CRC"},
        {"png", 20, 0xff, "IHDR is damaged"},
        {"png", 37, '1', "four letters"},
        {"png", 33, 0x01, "goes past the end"},
        {"jpeg", 3, 0xd8, "cannot stand here"},
        {"jpeg", 4, 0xff, "goes past the end"},
        {"jpeg", 90, 0xda, "a scan before any frame header"},
        {"jpeg", 143, 0xd0, "without an end-of-image marker"},
        {"tiff-ii", 5, 0x7f, "a directory at"},
        {"tiff-ii", 72, 0, "a directory of 0 entries"},
        {"tiff-ii", 80, 0xff, "more than the file"},
        {"tiff-ii", 175, 0xff, "strip 0 stands at"},
        {"tiff-ii", 138, 1, "1 strips or tiles with 2 sizes"},
        {"tiff-ii", 154, 1, "2 strips or tiles; expected 8 for each of 1 planes"},
        {"tiff-tiles", 167, 0xff, "tile 0 stands at"},
        {"tiff-tiles", 179, 0xff, "the file has"},
        {"tiff-big", 4, 4, "offsets of 4 bytes"},
        {"tiff-below", 179, 0x7f, "and the file has 320"},
        {"j2k", 4, 0xff, "goes past the end"},
        {"j2k", 72, 3, "a tile-part of tile 3, and there are 2"},
        {"j2k", 95, 1, "1 of 2 tiles"},
        {"jp2", 15, 21, "box"},
        {"jp2", 80, 0x71, "left"},
        {"jp2", 16, 0, "four characters"},
        {"hdf5-0", 40, 0xff, "superblock says"},
        {"hdf5-0", 8, 9, "superblock version 9"},
        {"hdf5-0", 96, 9, "no object header"},
        {"hdf5-2", 30, 1, "checksum is wrong"},
        {"hdf4", 15, 0xff, "element 30/1"},
        {"hdf4", 9, 4, "circle"},
        {"netcdf-1", 7, 3, "go past the end"},
        {"netcdf-2", 11, 12, "expected a list of dimensions, attributes or variables here"},
        {"netcdf-5", 15, 9, "expected a list of dimensions, attributes or variables here"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b;
        struct err e = {0};
        const struct image_format *f;
        load_sample(rows[i].sample, &b);
        assert_true(rows[i].at < b.size && b.data[rows[i].at] != rows[i].value);
        b.data[rows[i].at] = rows[i].value;
        enum rc rc = check_copy(buf_span(&b), &f, &e);
        if (rc != RC_INPUT || strstr(e.text, rows[i].says) == NULL)
            fail_msg("row %zu, %s: rc %d: %s", i, rows[i].sample, (int)rc, e.text);
        buf_release(&b);
    }
}

/* A directory that names itself as the next must end. */
static void test_a_circle_of_directories_is_refused(void **state)
{
    (void)state;
    struct buf b;
    struct err e = {0};
    const struct image_format *f;
    load_sample("tiff-ii", &b);
    memcpy(b.data + 72 + 2 + 8 * 12, b.data + 4, 4);
    assert_int_equal(check_copy(buf_span(&b), &f, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "circle"));
    buf_release(&b);
}

static void test_trailing_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *sample;
        enum rc rc;
    } rows[] = {{"png", RC_INPUT}, {"jp2", RC_INPUT}, {"j2k", RC_INPUT},
                {"jpeg", RC_OK},   {"hdf5-0", RC_OK}, {"netcdf-1", RC_OK}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b;
        struct err e = {0};
        const struct image_format *f;
        load_sample(rows[i].sample, &b);
        assert_int_equal(buf_append(&b, "x", 1, &e), RC_OK);
        assert_int_equal(check_copy(buf_span(&b), &f, &e), rows[i].rc);
        buf_release(&b);
    }
}

static void test_what_is_no_image(void **state)
{
    (void)state;
    struct err e = {0};
    const struct image_format *f = NULL;
    assert_int_equal(image_format_check(span_str("%PDF-1.7 and so on"), &f, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "it begins with 25 50 44 46"));
    assert_non_null(strstr(e.text, "tiff jp2 j2k png hdf5 jpeg hdf4 netcdf"));
    assert_int_equal(image_format_check(span_of(NULL, 0), &f, &e), RC_INPUT);
    assert_string_equal(e.text, "no bytes at all");
    assert_null(f);
}

/* Real files. */
static const struct {
    const char *ending, *format;
} ENDINGS[] = {{".tif", "tiff"}, {".png", "png"},  {".jpg", "jpeg"},
               {".jp2", "jp2"},  {".HDF", "hdf4"}, {".hdf", "hdf4"}};
static size_t real_files; /* seen by one walk */

static void check_real(const char *path, const char *format)
{
    struct buf b;
    struct err e = {0};
    const struct image_format *f = NULL;
    load(path, &b);
    if (image_format_check(buf_span(&b), &f, &e) != RC_OK)
        fail_msg("%s: %s", path, e.text);
    /* NetCDF files come in two formats that share an ending. */
    assert_true(format != NULL ? strcmp(f->name, format) == 0
                               : strcmp(f->name, "netcdf") == 0 || strcmp(f->name, "hdf5") == 0);
    for (size_t i = 0; i < CUTS; i++)
        must_refuse(path, span_of(b.data, (b.size - LAST_BYTES) * i / CUTS));
    for (size_t i = 0; i < FLIPS; i++) {
        size_t bit = b.size * 8 / FLIPS * i;
        b.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        enum rc rc = image_format_check(buf_span(&b), &f, &e);
        b.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_true(rc != RC_OK || strcmp(f->name, "png") != 0);
    }
    buf_release(&b);
    real_files++;
}

static int visit(const char *path, const struct stat *s, int kind, struct FTW *w)
{
    (void)s;
    (void)w;
    size_t length = strlen(path);
    if (kind != FTW_F || length < 4)
        return 0;
    if (strcmp(path + length - 3, ".nc") == 0)
        check_real(path, NULL);
    for (size_t i = 0; i < sizeof ENDINGS / sizeof ENDINGS[0]; i++)
        if (strcmp(path + length - 4, ENDINGS[i].ending) == 0)
            check_real(path, ENDINGS[i].format);
    return 0;
}

static void test_real_files(void **state)
{
    (void)state;
    const char *shared = getenv("ASSAY_SHARED");
    real_files = 0;
    (void)nftw(shared != NULL ? shared : "../shared/data", visit, 8, FTW_PHYS);
    (void)nftw("var/data", visit, 8, FTW_PHYS);
    if (real_files == 0)
        skip();
    print_message("%zu real files\n", real_files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_sample_is_recognised_and_whole),
        cmocka_unit_test(test_every_format_has_a_sample_and_says_what_it_proves),
        cmocka_unit_test(test_every_truncation_is_refused),
        cmocka_unit_test(test_every_flipped_bit),
        cmocka_unit_test(test_damage_is_named),
        cmocka_unit_test(test_a_circle_of_directories_is_refused),
        cmocka_unit_test(test_trailing_bytes),
        cmocka_unit_test(test_what_is_no_image),
        cmocka_unit_test(test_real_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
