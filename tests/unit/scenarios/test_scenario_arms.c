/* Scenarios: arms that are spelled out and links, what they become and the sentence for bad ones.
 */
#include "scenarios/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const char *const GENERATORS[] = {"alert", "iot", "raster", NULL};
static const struct scenario_places PLACES = {.generators = GENERATORS};

static enum rc parse(const char *text, struct scenario **out, struct err *e)
{
    return scenario_parse(&(struct scenario_text){span_str(text), "t.yaml"}, &PLACES, NULL, 0, out,
                          e);
}

static struct scenario *good(const char *text)
{
    struct err e = {0};
    struct scenario *s = NULL;
    if (parse(text, &s, &e) != RC_OK)
        fail_msg("%s", e.text);
    return s;
}

#define BASE "codecs: none\npayloads: iot\n"
#define TWO "{name: a, codec: gzip-6}, {name: b, codec: zstd-3}"

static void arms_hold_what_they_say(void **state)
{
    (void)state;
    struct scenario *s = good("payloads: iot\nbaseline: new way\narms:\n"
                              "  - {name: old way, codec: gzip-6, encoding: base64-json}\n"
                              "  - name: new way\n    codec: policy\n"
                              "    batching: {records: 20}\n"
                              "    properties: {socket.nagle.disable: \"true\"}\n");
    assert_int_equal(s->compare, DIMENSION_ARM);
    assert_string_equal(DIMENSION_NAMES[s->compare].compare, "arms");
    assert_int_equal(s->baseline_arm, 1);
    assert_int_equal(s->arm_count, 2);
    assert_int_equal(s->codec_count, 1); /* arms that set it all leave one to stand for it */
    const struct arm_choice *old = &s->arms[0], *new = &s->arms[1];
    assert_string_equal(old->name, "old way");
    assert_true(old->has_codec && old->has_encoding && !old->has_batching);
    assert_string_equal(old->codec.choice.codec->name, "gzip");
    assert_int_equal(old->codec.choice.level, 6);
    assert_int_equal(old->encoding, ENCODING_BASE64_JSON);
    assert_null(old->properties);
    assert_null(old->libraries);
    assert_null(old->program);
    assert_true(new->has_codec && !new->has_encoding &&new->has_batching);
    assert_true(new->codec.policy);
    assert_int_equal(new->batching.records, 20);
    assert_string_equal(new->properties[0], "socket.nagle.disable=true");
    assert_null(new->properties[1]);
    scenario_free(s);
}

static void what_no_arm_sets_may_sweep(void **state)
{
    (void)state;
    struct scenario *s = good("codecs: [none, lz4]\npayloads: iot\narms:\n"
                              "  - {name: one, encoding: raw}\n  - {name: two}\n");
    assert_int_equal(s->codec_count, 2);
    assert_int_equal(s->arm_count, 2);
    assert_int_equal(s->baseline_arm, 0);
    scenario_free(s);
}

static void any_dimension_that_allows_it_is_compared(void **state)
{
    (void)state;
    struct scenario *s = good("codecs: [none, lz4]\npayloads: iot\nlink: [unlimited, 1Gbit]\n"
                              "compare: link\nbaseline: 1 Gbit/s\n");
    assert_int_equal(s->compare, DIMENSION_LINK);
    assert_int_equal(s->baseline_arm, 1);
    scenario_free(s);
    s = good("codecs: none\npayloads: iot\nlink: [unlimited, 1Gbit]\n");
    assert_int_equal(s->compare, DIMENSION_LINK); /* as nothing else sweeps */
    scenario_free(s);
    s = good("codecs: [none, lz4]\npayloads: iot\nlink: [unlimited, 1Gbit]\n");
    assert_int_equal(s->compare, DIMENSION_CODEC);
    scenario_free(s);
    s = good("codecs: none\npayloads: iot\ncompare: background\nbaseline: none\nbackground:\n"
             "  - {payload: iot, encoding: raw, codec: none, load: {rate: 5/s}}\n  - none\n");
    assert_int_equal(s->compare, DIMENSION_BACKGROUND);
    assert_int_equal(s->baseline_arm, 1);
    scenario_free(s);
}

static void links_are_one_or_many(void **state)
{
    (void)state;
    char text[SCENARIO_LABEL];
    struct scenario *s = good(BASE);
    assert_int_equal(s->link_count, 1);
    assert_false(link_is_limited(&s->links[0]));
    assert_string_equal(link_label(&s->links[0], text), "unlimited");
    scenario_free(s);

    s = good(BASE "link: 100 Mbit/s\n");
    assert_int_equal(s->links[0].bit_per_s, 100000000);
    assert_true(link_is_limited(&s->links[0]));
    scenario_free(s);

    s = good(BASE "links: [unlimited, 1Gbit, 1.5 Mbit, {rate: 20 Mbit/s, delay: 20 ms}, "
                  "{delay: 5 ms}]\n");
    static const char *const labels[] = {"unlimited", "1 Gbit/s", "1.5 Mbit/s",
                                         "20 Mbit/s, 20.0 ms", "unlimited, 5.00 ms"};
    assert_int_equal(s->link_count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(link_label(&s->links[i], text), labels[i]);
    assert_int_equal(s->links[3].delay_ns, 20000000);
    assert_true(link_is_limited(&s->links[4])); /* a delay limits as well */
    scenario_free(s);
}

static const struct {
    const char *yaml, *says;
} BAD[] = {
    {BASE "arms: [{name: a}]\n", "t.yaml:3: arms: found 1 arm; expected 2 to 64"},
    {BASE "arms: {name: a}\n",
     "t.yaml:3: arms: found a map; expected a list of {name: …, codec: …, encoding: …, "
     "batching: …, background: …, properties: …}"},
    {BASE "arms: [a, b]\n", "t.yaml:3: arms[0]: found \"a\"; expected a map with a name, such "
                            "as {name: before, codec: gzip-6}"},
    {BASE "arms: [{codec: lz4}, {name: b}]\n",
     "t.yaml:3: arms[0]: found no name; expected {name: before, codec: gzip-6}"},
    {BASE "arms: [{name: a}, {name: a}]\n",
     "t.yaml:3: arms[1]: found the name \"a\" a second time; expected a name of its own"},
    {BASE "arms: [{name: a, codec: zsdt}, {name: b}]\n",
     "t.yaml:3: arms[0].codec: \"zsdt\" is not a codec: write one of none, gzip, snappy, lz4, "
     "zstd, "
     "with a level as in gzip-6 if it has levels"},
    {BASE "arms: [{name: a, codecs: lz4}, {name: b}]\n",
     "t.yaml:3: arms[0].codecs: found an unknown key; expected \"codec\""},
    {BASE "arms: [{name: a, properties: {linger.ms: 5}}, {name: b}]\n",
     "t.yaml:3: arms[0].properties.linger.ms: found a property that assay sets itself; expected"
     " batching: {linger: …}"},
    {"codecs: [none, lz4]\npayloads: iot\narms: [{name: a, codec: gzip}, {name: b}]\n",
     "t.yaml:1: codecs: found a sweep of what an arm sets itself; expected one value for the "
     "arms that set none"},
    {BASE "arms: [" TWO "]\n",
     "t.yaml:1: codecs: found it beside arms that all set it; expected none"},
    {"payloads: iot\narms: [{name: a}, {name: b}]\n",
     "t.yaml:1: found no codecs; expected codecs: [none, gzip-6, zstd-3]"},
    {"payloads: iot\ncompare: codec\narms: [" TWO "]\n",
     "t.yaml:2: compare: found \"codec\"; expected arms, or none, because of arms:"},
    {BASE "compare: load\n", "t.yaml:3: compare: found \"load\", but all arms of a comparison get "
                             "one load; expected another dimension, such as codec"},
    {BASE "compare: payload\n", "t.yaml:3: compare: found \"payload\", but records that differ are "
                                "no comparison; expected another dimension, such as codec"},
    {BASE "compare: color\n",
     "t.yaml:3: compare: found \"color\"; expected one of codec, encoding, batching, link, "
     "background, partitions, brokers, parameters, arms"},
    {BASE "compare: arms\n",
     "t.yaml:3: compare: found arms, but no arms: are listed; expected both"},
    {"payloads: iot\nbaseline: c\narms: [" TWO "]\n",
     "t.yaml:2: baseline: found \"c\"; expected one of a, b"},
    {BASE "exact: true\nbatching: {records: 5}\n"
          "arms: [{name: a, batching: {records: 9}}, {name: b}]\n",
     "t.yaml:5: arms: found batching in an arm with exact: true; expected batching of the "
     "scenario"},
    {"payloads: {data: /etc/passwd, cut: lines}\narms: [{name: a, codec: policy}, {name: b, codec: "
     "lz4}]\n",
     "t.yaml:1: payloads: found no type, which the codec \"policy\" needs; expected type: "
     "with a data type, see docs/scenarios.md"},
    {BASE "link: 100\n", "t.yaml:3: link: \"100\" has no unit; write for example 100Mbit or 1Gbit"},
    {BASE "link: 1 kbit\n", "t.yaml:3: link: found \"1 kbit\"; expected unlimited, or bits "
                            "with unit, 100 kbit/s to 40 Gbit/s"},
    {BASE "link: [1Gbit, 1000 Mbit]\n",
     "t.yaml:3: link[1]: found \"1 Gbit/s\" a second time; expected each once"},
    {BASE "link: {rate: 1Gbit, latency: 5 ms}\n",
     "t.yaml:3: link.latency: found an unknown key; expected one of rate, delay"},
    {BASE "link: {delay: 1 min}\n",
     "t.yaml:3: link.delay: found \"1 min\"; expected a duration with unit, 0 ms to 10 s"},
    {BASE "link: 1Gbit\nlinks: 1Mbit\n",
     "t.yaml:4: links: found link as well as links; expected one of them"},
};

static void every_bad_one_gets_its_sentence(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct err e = {0};
        struct scenario *s = NULL;
        enum rc rc = parse(BAD[i].yaml, &s, &e);
        if (rc != RC_INPUT || s != NULL || strcmp(e.text, BAD[i].says) != 0) {
            print_error("found: %s\nright: %s\n", e.text, BAD[i].says);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arms_hold_what_they_say),
        cmocka_unit_test(what_no_arm_sets_may_sweep),
        cmocka_unit_test(any_dimension_that_allows_it_is_compared),
        cmocka_unit_test(links_are_one_or_many),
        cmocka_unit_test(every_bad_one_gets_its_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
