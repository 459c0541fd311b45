/* A real broker that wants a login over TLS, and one that is killed: what keeps a client out is
 * named. */
#include "tests/unit/core/kafka/kafka_scene.h"

/* The secure listener with this password and CA file. */
static void secure(struct cluster *c, const char *password, const char *ca)
{
    struct err e = {0};
    const struct {
        const char *key, *value;
    } rows[] = {
        {"security.protocol", "SASL_SSL"},
        {"sasl.mechanism", "PLAIN"},
        {"sasl.username", scene->broker.user},
        {"sasl.password", password},
        {"ssl.ca.location", ca},
    };
    cluster_init(c);
    require(cluster_set_bootstrap(c, scene->broker.secure_bootstrap, &e), &e);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[HOME_PATH_MAX + 64];
        (void)snprintf(text, sizeof text, "%s=%s", rows[i].key, rows[i].value);
        require(cluster_add(c, text, &e), &e);
    }
}

static void test_login_over_tls(void **state)
{
    (void)state;
    need_broker();
    struct cluster c;
    secure(&c, scene->broker.password, scene->broker.ca_file);
    struct admin *a = admin_of(&c);
    create(a, "secret", NULL, NULL);
    send_all(&c, "secret", "zstd-3");
    receive_all(&c, "secret");
    admin_close(a);
    cluster_release(&c);
}

/* Opening an admin there fails with a sentence that holds both parts, and within few seconds. */
static void opening_fails(const struct cluster *c, const char *says, const char *too)
{
    struct err e = {0};
    struct admin *a = NULL;
    struct instant from = clock_now();
    enum rc rc = admin_open(c, WAIT_NS, &a, &e);
    if (rc != RC_INFRA || strstr(e.text, says) == NULL || strstr(e.text, too) == NULL)
        print_error("rc %d: %s\n", (int)rc, e.text);
    assert_int_equal(rc, RC_INFRA);
    assert_non_null(strstr(e.text, says));
    assert_non_null(strstr(e.text, too));
    assert_null(strstr(e.text, "not-the-password"));
    assert_true(instant_since(clock_now(), from) < WAIT_NS);
}

static void test_what_keeps_one_out_is_named(void **state)
{
    (void)state;
    need_broker();
    struct cluster c;
    secure(&c, "not-the-password", scene->broker.ca_file);
    opening_fails(&c, scene->broker.secure_bootstrap, "refused the login (SASL PLAIN)");
    cluster_release(&c);

    /* Any other CA does. */
    char other[HOME_PATH_MAX];
    struct err e = {0};
    require(home_data(&scene->home, "tests/unit/core/kafka/other-ca.pem", other, &e), &e);
    secure(&c, scene->broker.password, other);
    opening_fails(&c, "not signed by a CA in", "other-ca.pem");
    cluster_release(&c);

    /* Plain text to the secure listener. */
    cluster_init(&c);
    require(cluster_set_bootstrap(&c, scene->broker.secure_bootstrap, &e), &e);
    opening_fails(&c, scene->broker.secure_bootstrap, "TLS or a login");
    cluster_release(&c);

    /* No CA file at all: seen before anything is sent. */
    secure(&c, scene->broker.password, "/nonexistent/ca.pem");
    struct admin *a = NULL;
    assert_int_equal(admin_open(&c, WAIT_NS, &a, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "ssl.ca.location"));
    cluster_release(&c);
}

static void test_a_killed_broker_is_named(void **state)
{
    (void)state;
    need_broker();
    struct err e = {0};
    struct admin *a = admin_of(&scene->plain);
    create(a, "killed", NULL, NULL);
    struct producer_settings s = settings_for(&scene->plain, "killed");
    s.delivery_timeout_ns = INT64_C(3) * NS_PER_S;
    struct producer *p = NULL;
    require(producer_open(&s, &p, &e), &e);
    struct producer_record r = {.value = span_of(scene->values, VALUE)};
    assert_int_equal(producer_send(p, &r, &e), SEND_DONE);
    require(producer_flush(p, WAIT_NS, &e), &e);
    assert_int_equal(producer_failure(p, &e), RC_OK);

    broker_close(&scene->broker, false);
    scene->there = false;
    assert_int_equal(producer_send(p, &r, &e), SEND_DONE);
    require(producer_flush(p, WAIT_NS, &e), &e);
    assert_int_equal(atomic_load(&scene->refused), 1);
    assert_int_equal(producer_failure(p, &e), RC_INFRA);
    if (strstr(e.text, "127.0.0.1:") == NULL)
        print_error("%s\n", e.text);
    assert_non_null(strstr(e.text, "127.0.0.1:"));
    producer_close(p);
    admin_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_login_over_tls), cmocka_unit_test(test_what_keeps_one_out_is_named),
        cmocka_unit_test(test_a_killed_broker_is_named), /* last: it takes the broker along */
    };
    return cmocka_run_group_tests(tests, kafka_start, kafka_end);
}
