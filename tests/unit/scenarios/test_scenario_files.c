/* Scenarios on disk: how they and their data are found, the built-in ones, the documentation. */
#define _GNU_SOURCE
#include "base/quantity.h"
#include "bench/payload/payload.h"
#include "scenarios/scenario.h"
#include "scenarios/yaml/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const GENERATORS[] = {"iot", NULL};
static const struct scenario_places PLACES = {.generators = GENERATORS};

#define BASE "codecs: none\npayloads: iot\n"

/* --- files and folders --- */

struct scenario_folder {
    char path[64];
};

static void write_text(const struct scenario_folder *f, const char *name, const char *text)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", f->path, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
    assert_int_equal(fclose(out), 0);
}

static struct scenario_folder new_folder(void)
{
    struct scenario_folder f = {.path = "/tmp/assay-test-XXXXXX"};
    assert_non_null(mkdtemp(f.path));
    return f;
}

static void remove_folder(const struct scenario_folder *f)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", f->path);
    assert_int_equal(system(command), 0);
}

static void names_are_looked_up_and_suggested(void **state)
{
    (void)state;
    struct scenario_folder f = new_folder();
    write_text(&f, "quick.yaml", BASE);
    write_text(&f, "batching.yaml", BASE);
    write_text(&f, "notes.txt", "no scenario");
    struct scenario_places places = {.generators = GENERATORS, .scenarios = f.path};
    struct scenario *s = NULL;
    struct err e = {0};
    assert_int_equal(scenario_load("quick", &places, NULL, 0, &s, &e), RC_OK);
    assert_string_equal(s->name, "quick");
    scenario_free(s);
    s = NULL;
    assert_int_equal(scenario_load("quik", &places, NULL, 0, &s, &e), RC_INPUT);
    assert_string_equal(e.text, "scenario \"quik\": found none of that name; expected "
                                "\"quick\" (built in: batching, quick; or the path of a .yaml "
                                "file)");
    assert_int_equal(scenario_load("zebra", &places, NULL, 0, &s, &e), RC_INPUT);
    assert_string_equal(e.text, "scenario \"zebra\": found none of that name; expected one "
                                "of batching, quick, or the path of a .yaml file");
    char **names = NULL;
    assert_int_equal(scenario_names(&places, &names, &e), RC_OK);
    assert_string_equal(names[0], "batching");
    assert_string_equal(names[1], "quick");
    assert_null(names[2]);
    scenario_names_free(names);
    remove_folder(&f);
}

static void files_that_cannot_be_read_are_refused(void **state)
{
    (void)state;
    struct scenario_folder f = new_folder();
    struct scenario *s = NULL;
    struct err e = {0};
    char path[128];
    assert_int_equal(scenario_load("./no/such.yaml", &PLACES, NULL, 0, &s, &e), RC_INPUT);
    assert_string_equal(e.text, "./no/such.yaml: cannot be opened: No such file or directory");
    assert_int_equal(scenario_load("/tmp/", &PLACES, NULL, 0, &s, &e), RC_INPUT);
    assert_string_equal(e.text, "/tmp/: found no regular file; expected a YAML file");
    (void)snprintf(path, sizeof path, "%s/large.yaml", f.path);
    char *large = malloc(DOCUMENT_BYTES_MAX + 2);
    assert_non_null(large);
    memset(large, '#', DOCUMENT_BYTES_MAX + 1);
    large[DOCUMENT_BYTES_MAX + 1] = '\0';
    write_text(&f, "large.yaml", large);
    free(large);
    assert_int_equal(scenario_load(path, &PLACES, NULL, 0, &s, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "large.yaml: larger than 1048576 bytes; expected a "
                                   "scenario"));
    remove_folder(&f);
}

static void data_is_found_beside_the_scenario_then_in_the_data_folder(void **state)
{
    (void)state;
    struct scenario_folder here = new_folder();
    struct scenario_folder data = new_folder();
    char path[128];
    char want[512];
    write_text(&here, "own.csv", "a\n");
    write_text(&data, "own.csv", "b\n");
    write_text(&data, "fetched.csv", "c\n");
    write_text(&here, "s.yaml",
               "codecs: none\npayloads: [{data: own.csv, cut: lines}, {data: fetched.csv, cut: "
               "whole}]\n");
    struct scenario_places places = {.generators = GENERATORS, .data = data.path};
    struct scenario *s = NULL;
    struct err e = {0};
    (void)snprintf(path, sizeof path, "%s/s.yaml", here.path);
    assert_int_equal(scenario_load(path, &places, NULL, 0, &s, &e), RC_OK);
    (void)snprintf(want, sizeof want, "%s/own.csv", here.path);
    assert_string_equal(s->payloads[0].data, want);
    (void)snprintf(want, sizeof want, "%s/fetched.csv", data.path);
    assert_string_equal(s->payloads[1].data, want);
    scenario_free(s);
    write_text(&here, "s.yaml", "codecs: none\npayloads:\n  data: gone.csv\n  cut: lines\n");
    s = NULL;
    assert_int_equal(scenario_load(path, &places, NULL, 0, &s, &e), RC_INPUT);
    (void)snprintf(want, sizeof want,
                   "%s:3: payloads.data: found \"gone.csv\"; expected a file or folder in %s "
                   "or %s; run scripts/fetch-data to bring the data that built-in scenarios use",
                   path, here.path, data.path);
    assert_string_equal(e.text, want);
    remove_folder(&here);
    remove_folder(&data);
}

static void data_option_replaces_every_payload(void **state)
{
    (void)state;
    struct scenario_folder f = new_folder();
    struct err e = {0};
    struct scenario *s = NULL;
    write_text(&f, "a.ndjson", "{}\n");
    struct scenario_places places = {.generators = GENERATORS, .corpus = f.path};
    assert_int_equal(
        scenario_parse(&(struct scenario_text){span_str(BASE), "t.yaml"}, &places, NULL, 0, &s, &e),
        RC_OK);
    assert_int_equal(s->payload_count, 1);
    assert_string_equal(s->payloads[0].data, f.path);
    assert_string_equal(s->payloads[0].cut, "lines");
    scenario_free(s);
    write_text(&f, "b.tif", "II");
    assert_int_equal(
        scenario_parse(&(struct scenario_text){span_str(BASE), "t.yaml"}, &places, NULL, 0, &s, &e),
        RC_OK);
    assert_string_equal(s->payloads[0].cut, "whole");
    scenario_free(s);
    s = NULL;
    places.corpus = "/no/such/folder";
    assert_int_equal(
        scenario_parse(&(struct scenario_text){span_str(BASE), "t.yaml"}, &places, NULL, 0, &s, &e),
        RC_INPUT);
    assert_string_equal(
        e.text,
        "--data /no/such/folder: found no such file or folder; expected a file or folder of "
        "real records: .csv .jsonl .log .ndjson .text .tsv .txt are cut into lines, any other file "
        "is one record");
    places.corpus = "/dev/null";
    assert_int_equal(
        scenario_parse(&(struct scenario_text){span_str(BASE), "t.yaml"}, &places, NULL, 0, &s, &e),
        RC_INPUT);
    assert_non_null(strstr(e.text, "--data /dev/null: found nothing that can be read; "));
    remove_folder(&f);
}

static void images_as_data_are_refused_where_images_go_beside(void **state)
{
    (void)state;
    static const char yaml[] =
        "codecs: none\npayloads: iot\nbackground: {payload: {generator: iot, record_bytes: 1 MB}, "
        "encoding: envelope, codec: zstd-1, load: {in_flight: 1}}\n";
    struct scenario_folder f = new_folder();
    struct scenario *s = NULL;
    struct err e = {0};
    struct scenario_places places = {.generators = GENERATORS, .corpus = f.path};
    struct scenario_text text = {span_str(yaml), "t.yaml"};
    write_text(&f, "a.json", "{}");
    assert_int_equal(scenario_parse(&text, &places, NULL, 0, &s, &e), RC_OK);
    assert_string_equal(s->payloads[0].cut, "whole");
    assert_string_equal(s->backgrounds[0].stream->payloads[0].kind, "iot");
    scenario_free(s);
    write_text(&f, "b.tif", "II");
    assert_int_equal(scenario_parse(&text, &places, NULL, 0, &s, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "t.yaml:3: background: found --data "));
    assert_non_null(strstr(e.text, "takes the place of the measured records, not of the images"));
    assert_non_null(strstr(e.text, "cut: whole} here, in a copy of the scenario or with --set"));
    remove_folder(&f);
}

static void what_data_replaces_cannot_be_set_as_well(void **state)
{
    (void)state;
    struct scenario_folder f = new_folder();
    write_text(&f, "a.ndjson", "{}\n");
    struct scenario_places places = {.generators = GENERATORS, .corpus = f.path};
    static const struct {
        const char *set, *says; /* NULL: it is fine */
    } rows[] = {
        {"record_bytes=[1 MB]",
         "--set record_bytes=[1 MB]: found it with --data, whose records have "
         "the size they have; expected files of that size, or"},
        {"record_bytes[0]=1 MB", "files of that size"},
        {"payloads=[iot]", "which takes the place of every payload; expected one of them"},
        {"payloads[0].name=x", "one of them"},
        {"blocks=2", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scenario_override set = {.text = rows[i].set};
        struct scenario *s = NULL;
        struct err e = {0};
        struct scenario_text text = {span_str(BASE), "t.yaml"};
        enum rc rc = scenario_parse(&text, &places, &set, 1, &s, &e);
        assert_int_equal(rc, rows[i].says == NULL ? RC_OK : RC_INPUT);
        if (rows[i].says != NULL && strstr(e.text, rows[i].says) == NULL)
            fail_msg("%s", e.text);
        scenario_free(s);
    }
    remove_folder(&f);
}

static char *slurp(const char *path)
{
    FILE *in = fopen(path, "r");
    if (in == NULL)
        return NULL;
    char *text = calloc(1, 1 << 18);
    assert_non_null(text);
    size_t got = fread(text, 1, (1 << 18) - 1, in);
    assert_true(got > 0);
    (void)fclose(in);
    return text;
}

/* --- the built-in scenarios --- */

/* Puts an empty file wherever a payload of the scenario wants data. */
static void lay_out_data(const char *yaml, const struct scenario_folder *data)
{
    struct node *top = NULL;
    struct err e = {0};
    assert_int_equal(document_read(yaml, &top, &e), RC_OK);
    const struct node *payloads = node_find(top, "payloads");
    assert_non_null(payloads);
    for (size_t i = 0; i < payloads->count; i++) {
        const struct node *p = payloads->item[i];
        const struct node *path = p->kind == NODE_MAP ? node_find(p, "data") : NULL;
        if (path == NULL)
            continue;
        char folder[256];
        (void)snprintf(folder, sizeof folder, "%s/%.*s", data->path, (int)strcspn(path->text, "/"),
                       path->text);
        (void)mkdir(folder, 0700);
        write_text(data, path->text, "");
    }
    node_free(top);
}

static void every_built_in_scenario_loads_and_says_what_it_judges(void **state)
{
    (void)state;
    struct scenario_folder data = new_folder();
    struct scenario_places places = {
        .generators = payload_names(), .scenarios = "scenarios", .data = data.path};
    char **names = NULL;
    struct err e = {0};
    size_t count = 0;
    assert_int_equal(scenario_names(&places, &names, &e), RC_OK);
    for (; names[count] != NULL; count++) {
        char path[256];
        struct scenario *s = NULL;
        (void)snprintf(path, sizeof path, "scenarios/%s.yaml", names[count]);
        lay_out_data(path, &data);
        if (scenario_load(names[count], &places, NULL, 0, &s, &e) != RC_OK)
            fail_msg("%s", e.text);
        assert_string_equal(s->name, names[count]);
        assert_true(strlen(s->about) > 80);
        assert_true(s->codec_count * s->encoding_count * s->batching_count > 1 || s->arm_count > 1);
        scenario_free(s);
    }
    assert_true(count >= 6);
    scenario_names_free(names);
    remove_folder(&data);
}

/* What they need of fetched data is what scripts/fetch-data brings. */
static void built_in_scenarios_use_data_of_the_manifest(void **state)
{
    (void)state;
    char *manifest = slurp("scripts/data/manifest.tsv");
    struct scenario_places places = {.scenarios = "scenarios"};
    char **names = NULL;
    struct err e = {0};
    if (manifest == NULL)
        skip();
    assert_int_equal(scenario_names(&places, &names, &e), RC_OK);
    for (size_t i = 0; names[i] != NULL; i++) {
        char path[256];
        struct node *top = NULL;
        (void)snprintf(path, sizeof path, "scenarios/%s.yaml", names[i]);
        assert_int_equal(document_read(path, &top, &e), RC_OK);
        const struct node *payloads = node_find(top, "payloads");
        for (size_t j = 0; j < payloads->count; j++) {
            const struct node *p = payloads->item[j];
            const struct node *data = p->kind == NODE_MAP ? node_find(p, "data") : NULL;
            if (data == NULL)
                continue;
            char row[256]; /* the manifest has type and file in columns */
            (void)snprintf(row, sizeof row, "\n%s\t", data->text);
            *strchr(row, '/') = '\t';
            if (strstr(manifest, row) == NULL)
                fail_msg("%s: %s is not in scripts/data/manifest.tsv", path, data->text);
        }
        node_free(top);
    }
    scenario_names_free(names);
    free(manifest);
}

/* --- the documentation --- */

static void the_documentation_holds_the_table_of_keys(void **state)
{
    (void)state;
    struct buf table;
    struct err e = {0};
    buf_init(&table, 1 << 18);
    assert_int_equal(scenario_describe_keys(&table, &e), RC_OK);
    char *doc = slurp("docs/scenarios.md");
    if (doc == NULL)
        fail_msg("docs/scenarios.md cannot be read from the current folder");
    if (strstr(doc, (const char *)table.data) == NULL)
        fail_msg("docs/scenarios.md does not hold what `assay list keys` prints:\n%s",
                 (const char *)table.data);
    free(doc);
    buf_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_looked_up_and_suggested),
        cmocka_unit_test(files_that_cannot_be_read_are_refused),
        cmocka_unit_test(data_is_found_beside_the_scenario_then_in_the_data_folder),
        cmocka_unit_test(data_option_replaces_every_payload),
        cmocka_unit_test(images_as_data_are_refused_where_images_go_beside),
        cmocka_unit_test(what_data_replaces_cannot_be_set_as_well),
        cmocka_unit_test(every_built_in_scenario_loads_and_says_what_it_judges),
        cmocka_unit_test(built_in_scenarios_use_data_of_the_manifest),
        cmocka_unit_test(the_documentation_holds_the_table_of_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
