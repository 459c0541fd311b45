/* The object store of our own: it answers to its keys alone and leaves nothing behind. SKIPPED
 * where versitygw is not installed. */
#include "bench/testbed/store/store_server.h"

#include "base/fs.h"
#include "core/s3/object_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The checkout's own var for the program, a folder of the test for all else. */
static bool scene(struct home *h)
{
    char here[HOME_PATH_MAX / 2];
    *h = (struct home){.checkout = true};
    assert_non_null(getcwd(here, sizeof here));
    (void)snprintf(h->data, sizeof h->data, "%s", here);
    (void)snprintf(h->var, sizeof h->var, "%s/var", here);
    return store_server_is_installed(h);
}

static void config_of(const struct store_server *s, struct object_store_config *c)
{
    object_store_config_init(c);
    (void)snprintf(c->endpoint, sizeof c->endpoint, "%s", s->endpoint);
    (void)snprintf(c->access_key, sizeof c->access_key, "%s", s->access_key);
    (void)snprintf(c->secret_key, sizeof c->secret_key, "%s", s->secret_key);
    (void)snprintf(c->bucket, sizeof c->bucket, "test-images");
    (void)snprintf(c->region, sizeof c->region, "us-east-1");
    c->session_token[0] = '\0';
    c->attempts = 1;
}

static enum rc ask(const struct object_store_config *c, bool make_bucket, struct err *e)
{
    struct s3_store *store = NULL;
    struct err ignored;
    enum rc rc = s3_store_open(c, &store, e);
    if (rc == RC_OK && make_bucket)
        rc = s3_store_make_bucket(store, e);
    if (rc == RC_OK)
        rc = s3_store_check(store, e);
    (void)s3_store_close(store, &ignored);
    return rc;
}

static void it_answers_to_its_keys_and_is_gone_after_it(void **state)
{
    (void)state;
    struct home h;
    struct store_server s;
    struct object_store_config c;
    struct err e = {0};
    char folder[HOME_PATH_MAX];
    if (!scene(&h)) {
        print_message("SKIPPED: versitygw is not in var/versitygw; scripts/setup builds it\n");
        skip();
    }
    if (store_server_open(&h, NULL, &s, &e) != RC_OK)
        fail_msg("%s", e.text);
    assert_true(store_server_alive(&s));
    config_of(&s, &c);
    if (ask(&c, true, &e) != RC_OK)
        fail_msg("%s", e.text);
    c.secret_key[0] = c.secret_key[0] == 'a' ? 'b' : 'a';
    assert_int_equal(ask(&c, false, &e), RC_INPUT);
    (void)snprintf(folder, sizeof folder, "%s", s.folder);
    assert_true(fs_exists(folder));
    store_server_close(&s);
    assert_false(fs_exists(folder));
    config_of(&s, &c);
    assert_int_equal(s.pid, 0);
    store_server_close(&s); /* again is fine */
}

static void two_at_a_time_do_not_meet(void **state)
{
    (void)state;
    struct home h;
    struct store_server a, b;
    struct object_store_config c;
    struct err e = {0};
    if (!scene(&h))
        skip();
    assert_int_equal(store_server_open(&h, NULL, &a, &e), RC_OK);
    assert_int_equal(store_server_open(&h, NULL, &b, &e), RC_OK);
    assert_string_not_equal(a.endpoint, b.endpoint);
    assert_string_not_equal(a.folder, b.folder);
    config_of(&a, &c);
    (void)snprintf(c.endpoint, sizeof c.endpoint, "%s", b.endpoint);
    assert_int_equal(ask(&c, true, &e), RC_INPUT); /* a's keys are not b's */
    store_server_close(&b);
    assert_true(store_server_alive(&a));
    store_server_close(&a);
}

static void absent_is_one_sentence_with_the_cure(void **state)
{
    (void)state;
    struct home h = {.checkout = true};
    struct store_server s;
    struct err e = {0};
    (void)snprintf(h.var, sizeof h.var, "/nonexistent");
    assert_false(store_server_is_installed(&h));
    assert_int_equal(store_server_open(&h, NULL, &s, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "scripts/setup"));
    assert_non_null(strstr(e.text, "--s3-bucket"));
    store_server_close(&s);
    store_server_close(NULL);
}

static void a_stop_ends_the_wait(void **state)
{
    (void)state;
    struct home h;
    struct store_server s;
    struct err e = {0};
    volatile sig_atomic_t stop = 1;
    if (!scene(&h))
        skip();
    assert_int_equal(store_server_open(&h, &stop, &s, &e), RC_INTERRUPTED);
    assert_int_equal(s.pid, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_answers_to_its_keys_and_is_gone_after_it),
        cmocka_unit_test(two_at_a_time_do_not_meet),
        cmocka_unit_test(absent_is_one_sentence_with_the_cure),
        cmocka_unit_test(a_stop_ends_the_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
