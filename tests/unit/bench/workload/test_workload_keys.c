/* Every workload's keys, as scenarios may give them. */
#include "base/err.h"
#include "bench/workload/workload.h"
#include "scenarios/dimension.h"
#include "scenarios/loader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static bool scenario_has(const char *key)
{
    const struct field *f = SCENARIO_FIELDS;
    while (f->name != NULL && strcmp(f->name, key) != 0)
        f++;
    return f->name != NULL;
}

static void what_it_takes_are_keys_of_a_scenario(void **state)
{
    (void)state;
    for (size_t i = 0; WORKLOADS[i] != NULL; i++) {
        const char *const *key = WORKLOADS[i]->form.takes;
        for (; key != NULL && *key != NULL; key++)
            if (!scenario_has(*key))
                fail_msg("%s takes %s, which is no key", WORKLOADS[i]->form.name, *key);
    }
}

static void its_own_keys_have_names_of_their_own(void **state)
{
    (void)state;
    for (size_t i = 0; WORKLOADS[i] != NULL; i++) {
        const struct workload_form *form = &WORKLOADS[i]->form;
        size_t count = 0;
        for (const struct workload_key *k = form->keys; k != NULL && k->name != NULL; k++) {
            /* compare: names dimensions and keys. */
            if (dimension_find(k->name) != DIMENSIONS)
                fail_msg("%s: %s is a dimension", form->name, k->name);
            for (size_t j = 0; j < count; j++)
                assert_string_not_equal(form->keys[j].name, k->name);
            assert_non_null(k->takes);
            assert_non_null(k->says);
            count++;
        }
        assert_true(count <= WORKLOAD_KEYS_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_takes_are_keys_of_a_scenario),
        cmocka_unit_test(its_own_keys_have_names_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
