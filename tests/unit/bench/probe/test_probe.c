/* Probes: the table, what needs no broker, and what is said when there is none. */
#include "bench/probe/probe.h"
#include "core/kafka/library.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct probe_result ask(const char *name)
{
    const struct probe_context nowhere = {.topic_prefix = ""};
    struct probe_result r = {0};
    struct err e = {0};
    assert_non_null(probe_find(name));
    if (probe_ask(probe_find(name), &nowhere, &r, &e) != RC_OK)
        fail_msg("%s", e.text);
    assert_true(r.says[0] != '\0');
    return r;
}

static void every_probe_is_found_by_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; PROBES[i] != NULL; i++) {
        assert_ptr_equal(probe_find(PROBES[i]->name), PROBES[i]);
        assert_true(strlen(PROBES[i]->says) > 0 && strchr(PROBES[i]->says, '\n') == NULL);
    }
    assert_null(probe_find("librdkafka"));
    assert_null(probe_find(""));
}

static void without_a_broker_there_is_no_answer(void **state)
{
    (void)state;
    size_t needing = 0;
    for (size_t i = 0; PROBES[i] != NULL; i++) {
        struct probe_result r = ask(PROBES[i]->name);
        if (!PROBES[i]->needs_broker)
            continue;
        needing++;
        assert_int_equal(r.answer, PROBE_NO_ANSWER);
        assert_non_null(strstr(r.says, "needs a broker"));
    }
    assert_true(needing > 0);
}

static void levels_past_the_librarys_are_refused(void **state)
{
    (void)state;
    struct probe_result r = ask("librdkafka-levels");
    assert_int_equal(r.answer, PROBE_CONTRADICTED);
    assert_non_null(strstr(r.says, "to 12 for zstd"));
    assert_non_null(strstr(r.says, "zstd 13 to 22 are refused"));
}

static void idempotence_insists_on_acks(void **state)
{
    (void)state;
    struct probe_result r = ask("idempotence-acks");
    assert_int_equal(r.answer, PROBE_CONFIRMED);
    assert_non_null(strstr(r.says, "acks=1 is refused"));
}

static void reassembly_gives_up_on_time_and_says_so(void **state)
{
    (void)state;
    struct probe_result r = ask("reassembly-gives-up");
    assert_int_equal(r.answer, PROBE_CONFIRMED);
    assert_non_null(strstr(r.says, "5 minutes 1 image in flight, at 5 minutes 0"));
    assert_non_null(strstr(r.says, "source_id \"image-with-a-gap\""));
}

/* How long it takes is the machine's; that both ways, and Python, are told is ours. */
static void serialization_is_timed_both_ways(void **state)
{
    (void)state;
    struct probe_result r = ask("serialization-time");
    assert_non_null(strstr(r.says, "base64 JSON "));
    assert_non_null(strstr(r.says, "envelope "));
    assert_non_null(strstr(r.says, "Python"));
}

/* Without a home there are no real files: the one made here does not stand for all. */
static void formats_without_files_are_no_answer(void **state)
{
    (void)state;
    struct probe_result r = ask("formats-supported");
    assert_int_equal(r.answer, PROBE_NO_ANSWER);
    assert_non_null(strstr(r.says, "1 of 5 formats"));
    assert_non_null(strstr(r.says, "png (made here, one pixel, 67 bytes) known"));
}

static void an_interrupted_probe_is_not_run(void **state)
{
    (void)state;
    const volatile sig_atomic_t stop = 1;
    const struct probe_context g = {.topic_prefix = "", .stop = &stop};
    struct probe_result r;
    struct err e = {0};
    assert_int_equal(probe_ask(probe_find("idempotence-acks"), &g, &r, &e), RC_INTERRUPTED);
}

static void an_answer_too_long_is_cut(void **state)
{
    (void)state;
    struct probe_result r;
    char text[PROBE_TEXT * 2];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    assert_int_equal(probe_answered(&r, PROBE_CONFIRMED, "%s", text), RC_OK);
    assert_int_equal(strlen(r.says), PROBE_TEXT - 1);
}

static void the_library_is_asked_in_its_own_words(void **state)
{
    (void)state;
    struct err e = {0};
    const char *fine[] = {"compression.codec", "zstd", "compression.level", "12", NULL};
    const char *high[] = {"compression.codec", "zstd", "compression.level", "13", NULL};
    const char *unknown[] = {"compression.strength", "13", NULL};
    const char *none[] = {NULL};
    assert_int_equal(library_takes(none, &e), RC_OK);
    assert_int_equal(library_takes(fine, &e), RC_OK);
    assert_int_equal(library_takes(high, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "outside allowed range"));
    assert_int_equal(library_takes(unknown, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "compression.strength"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_probe_is_found_by_its_name),
        cmocka_unit_test(without_a_broker_there_is_no_answer),
        cmocka_unit_test(levels_past_the_librarys_are_refused),
        cmocka_unit_test(idempotence_insists_on_acks),
        cmocka_unit_test(reassembly_gives_up_on_time_and_says_so),
        cmocka_unit_test(serialization_is_timed_both_ways),
        cmocka_unit_test(formats_without_files_are_no_answer),
        cmocka_unit_test(an_interrupted_probe_is_not_run),
        cmocka_unit_test(an_answer_too_long_is_cut),
        cmocka_unit_test(the_library_is_asked_in_its_own_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
