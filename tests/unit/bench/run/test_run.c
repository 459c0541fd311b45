/* Sessions: what is refused before anything starts; two scenarios in one folder on a real broker.
 */
#define _GNU_SOURCE
#include "bench/run/run.h"
#include "reports/summary/summary.h"
#include "tests/unit/bench/plan_scene.h"

#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile sig_atomic_t never;

struct scene {
    struct home home;
    struct cluster cluster;
    struct run_options options;
    struct scenario *scenarios[2];
    struct run run;
    char folder[64];
    char blocks_done[64];
    char parts_done[64]; /* with the trials finished by then: "0:4 1:5 " */
    size_t *asked_early; /* of the second part, before the first had ended */
};

static void open_scene(struct scene *c, const char *one, const char *two)
{
    struct err e = {0};
    *c = (struct scene){.scenarios = {scenario_of(one), two != NULL ? scenario_of(two) : NULL}};
    assert_int_equal(home_find(&c->home, &e), RC_OK);
    cluster_init(&c->cluster);
    c->options.testbed =
        (struct testbed_options){.home = &c->home, .cluster = &c->cluster, .stop = &never};
    c->options.trial = (struct trial_options){.replication_factor = -1, .stop = &never};
    c->options.name = "test";
    c->options.command = "test";
    c->options.ctx = c;
}

static void close_scene(struct scene *c)
{
    run_close(&c->run, false);
    cluster_release(&c->cluster);
    scenario_free(c->scenarios[0]);
    scenario_free(c->scenarios[1]);
}

/* --- before anything starts --- */

static void cannot_be_planned(const char *one, const char *two, const char *says)
{
    struct err e = {0};
    struct scene c;
    open_scene(&c, one, two);
    assert_int_equal(run_plan(&c.options, c.scenarios, two != NULL ? 2 : 1, &c.run, &e), RC_INPUT);
    if (strstr(e.text, says) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", says, e.text);
    assert_int_equal(c.run.part_count, 0);
    close_scene(&c);
}

#define IOT "payloads: iot\nrecords: 100\n"

static void what_cannot_be_run_is_refused_first(void **state)
{
    (void)state;
    cannot_be_planned("codecs: none\n" IOT, "codecs: lz4\n" IOT, "are both named t");
    cannot_be_planned("codecs: none\n" IOT "properties: {no.such.thing: 1}\n", NULL,
                      "t.yaml: properties: ");
    cannot_be_planned("codecs: none\n" IOT
                      "arms: [{name: a}, {name: b, properties: {no.such.thing: 1}}]\n",
                      NULL, "t.yaml: arm b: properties: ");
    cannot_be_planned("codecs: none\npayloads: {data: /etc/passwd, cut: lines}\n"
                      "batching: {records: 100000}\nrecords: 100000\n",
                      NULL, "fewer than the 100000 that a batch would hold");
}

static void plans_are_added_up(void **state)
{
    (void)state;
    struct err e = {0};
    struct scene c;
    open_scene(&c, "name: one\ncodecs: [none, lz4]\nblocks: 3\n" IOT,
               "name: two\ncodecs: none\nblocks: 2\n" IOT);
    assert_int_equal(run_plan(&c.options, c.scenarios, 2, &c.run, &e), RC_OK);
    assert_int_equal(c.run.planned, 8);
    assert_int_equal(c.run.total_ns,
                     c.run.parts[0].plan.total_duration_ns + c.run.parts[1].plan.total_duration_ns);
    close_scene(&c);
}

/* --- on a broker --- */

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

/* The assay built beside this test; false: it was not built, or there is no Kafka here. */
static bool find_program(const struct home *home, char program[PATH_MAX])
{
    char path[HOME_PATH_MAX];
    struct err e = {0};
    ssize_t n = readlink("/proc/self/exe", program, PATH_MAX - 16);
    assert_true(n > 0);
    program[n] = '\0';
    for (int i = 0; i < 2; i++)
        *strrchr(program, '/') = '\0';
    (void)snprintf(program + strlen(program), 16, "/assay");
    return access(program, X_OK) == 0 && home_var(home, "kafka/template", path, &e) == RC_OK &&
           access(path, R_OK) == 0;
}

/* The roles are that program: this test is none. */
static void give_program(struct scenario *s, const char *program, const char *libraries)
{
    for (size_t i = 0; i < s->arm_count; i++) {
        s->arms[i].program = strdup(program);
        s->arms[i].libraries = strdup(libraries);
    }
}

/* What is wanted of the second part is decided when the first has ended. */
static bool all_but_b_of_two(const void *ctx, const struct plan *p, const struct plan_trial *t)
{
    const struct scene *c = ctx;
    if (strcmp(p->scenario->name, "two") != 0)
        return true;
    *c->asked_early += c->parts_done[0] == '\0';
    return c->parts_done[0] != '\0' && strcmp(p->cells[t->cell].listed->name, "a") == 0;
}

/* All records of the part are in the folder. */
static enum rc note_part(void *ctx, size_t part, struct err *e)
{
    struct scene *c = ctx;
    struct results r;
    size_t used = strlen(c->parts_done);
    assert_int_equal(results_read(c->folder, &r, e), RC_OK);
    assert_int_equal(r.count, c->run.trials);
    (void)snprintf(c->parts_done + used, sizeof c->parts_done - used, "%zu:%zu ", part, r.count);
    results_release(&r);
    return RC_OK;
}

static enum rc note_block(void *ctx, const struct plan *p, int64_t block, struct err *e)
{
    (void)e;
    struct scene *c = ctx;
    size_t used = strlen(c->blocks_done);
    (void)snprintf(c->blocks_done + used, sizeof c->blocks_done - used, "%s.%d ", p->scenario->name,
                   (int)block);
    return RC_OK;
}

static void measure_run(struct scene *c, struct err *e)
{
    (void)snprintf(c->folder, sizeof c->folder, "/tmp/assay-run-XXXXXX");
    assert_non_null(mkdtemp(c->folder));
    c->options.out = c->folder;
    enum rc rc = run_plan(&c->options, c->scenarios, c->scenarios[1] != NULL ? 2 : 1, &c->run, e);
    if (rc == RC_OK)
        rc = run_open(&c->run, e);
    if (rc == RC_OK)
        rc = run_measure(&c->run, e);
    assert_int_equal(rc, e->rc);
}

static void check_folder(const struct scene *c)
{
    struct err e = {0};
    struct results r;
    struct summary s;
    assert_int_equal(results_read(c->folder, &r, &e), RC_OK);
    assert_int_equal(r.count, 5);
    for (size_t i = 0; i < r.count; i++) {
        assert_int_equal(r.records[i].validity, TRIAL_VALID);
        assert_int_equal(r.records[i].group, 0); /* counted anew in each scenario */
        assert_true(strncmp(r.records[i].client_library, "librdkafka ", 11) == 0);
    }
    assert_int_equal(summary_build(&r, &s, &e), RC_OK);
    assert_int_equal(s.group_count, 2);
    assert_int_equal(s.groups[0].count, 2);
    assert_int_equal(s.groups[1].count, 1);
    assert_string_equal(s.environment->scenarios, "one, two");
    assert_int_equal(s.environment->planned_trials, 6);
    assert_int_equal(s.environment->attempt_count, 1);
    summary_release(&s);
    results_release(&r);
}

static void two_scenarios_share_a_broker_and_a_folder(void **state)
{
    (void)state;
    char program[PATH_MAX];
    size_t asked_early = 0;
    struct err e = {0};
    struct scene c;
    open_scene(&c,
               "name: one\ncodecs: none\nblocks: 2\narms: [{name: a}, {name: b, codec: lz4}]\n" IOT,
               "name: two\ncodecs: none\nblocks: 1\narms: [{name: a}, {name: b, codec: gzip-9}]\n"
               "partitions: 3\n" IOT);
    if (!find_program(&c.home, program)) {
        close_scene(&c);
        skip();
    }
    give_program(c.scenarios[0], program, "/nonexistent/libraries");
    give_program(c.scenarios[1], program, "/nonexistent/libraries");
    c.options.wanted = all_but_b_of_two;
    c.options.block_done = note_block;
    c.options.part_done = note_part;
    c.asked_early = &asked_early;
    assert_int_equal(live_metrics_open(&c.options.trial.live, &e),
                     RC_OK); /* live metrics ask, too */
    measure_run(&c, &e);
    assert_string_equal(e.text, "");
    assert_string_equal(c.blocks_done, "one.1 one.2 two.1 ");
    assert_string_equal(c.parts_done, "0:4 1:5 ");
    assert_true(asked_early > 0);
    assert_int_equal(c.run.trials, 5);
    assert_int_equal(c.run.parts[1].result.measured, 1);
    /* none and lz4: the arm that nobody wanted was not warmed for */
    assert_int_equal(testbed_warmth(&c.run.testbed, 1)->count, 2);
    check_folder(&c);
    struct live_metrics *live = c.options.trial.live;
    close_scene(&c);
    live_metrics_close(live);
    (void)nftw(c.folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static enum rc fail_part(void *ctx, size_t part, struct err *e)
{
    (void)ctx;
    return err_set(e, RC_UNDECIDED, "part %zu cannot be judged", part);
}

static void a_part_that_cannot_be_judged_is_the_last(void **state)
{
    (void)state;
    char program[PATH_MAX];
    struct err e = {0};
    struct scene c;
    open_scene(&c, "name: one\ncodecs: none\nblocks: 1\narms: [{name: a}, {name: b}]\n" IOT,
               "name: two\ncodecs: none\nblocks: 1\narms: [{name: a}, {name: b}]\n" IOT);
    if (!find_program(&c.home, program)) {
        close_scene(&c);
        skip();
    }
    give_program(c.scenarios[0], program, "/nonexistent/libraries");
    give_program(c.scenarios[1], program, "/nonexistent/libraries");
    c.options.block_done = note_block;
    c.options.part_done = fail_part;
    measure_run(&c, &e);
    assert_int_equal(e.rc, RC_UNDECIDED);
    assert_string_equal(e.text, "part 0 cannot be judged");
    assert_string_equal(c.blocks_done, "one.1 ");
    assert_int_equal(c.run.trials, 2);
    close_scene(&c);
    (void)nftw(c.folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static bool says_who(const struct err *e, const char *role, const char *program)
{
    char says[PATH_MAX + 128];
    (void)snprintf(says, sizeof says,
                   "the %s %s with the libraries of /nonexistent/libraries did not start (exit "
                   "code 1)",
                   role, program);
    return strstr(e->text, says) != NULL;
}

/* Both roles are /bin/false, and which of them is seen to have ended first is the machine's
 * choice. */
static void a_program_that_is_no_assay_gets_one_sentence(void **state)
{
    (void)state;
    char program[PATH_MAX];
    struct err e = {0};
    struct scene c;
    open_scene(&c, "name: one\ncodecs: none\nblocks: 1\narms: [{name: a}, {name: b}]\n" IOT, NULL);
    if (!find_program(&c.home, program)) {
        close_scene(&c);
        skip();
    }
    give_program(c.scenarios[0], "/bin/false", "/nonexistent/libraries");
    measure_run(&c, &e);
    assert_int_equal(e.rc, RC_INFRA);
    if (!says_who(&e, "sender", "/bin/false") && !says_who(&e, "receiver", "/bin/false"))
        fail_msg("neither role is said not to have started: %s", e.text);
    close_scene(&c);
    assert_int_equal(access(c.folder, F_OK), -1); /* nothing was measured, nothing is left */
}

/* A program that as a sender takes its time to fail. */
static void write_slow_sender(const char *path)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs("#!/bin/sh\ncase \"$*\" in *sender*) sleep 1;; esac\nexit 1\n", f);
    (void)fclose(f);
    assert_int_equal(chmod(path, S_IRWXU), 0);
}

/* The sender is started first: that it ends last must not hide the receiver's end. */
static void the_role_that_ended_first_is_named(void **state)
{
    (void)state;
    char program[PATH_MAX], folder[] = "/tmp/assay-program-XXXXXX", path[64];
    struct err e = {0};
    struct scene c;
    open_scene(&c, "name: one\ncodecs: none\nblocks: 1\narms: [{name: a}, {name: b}]\n" IOT, NULL);
    if (!find_program(&c.home, program)) {
        close_scene(&c);
        skip();
    }
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/slow", folder);
    write_slow_sender(path);
    give_program(c.scenarios[0], path, "/nonexistent/libraries");
    measure_run(&c, &e);
    assert_int_equal(e.rc, RC_INFRA);
    if (!says_who(&e, "receiver", path))
        fail_msg("the receiver is not said not to have started: %s", e.text);
    close_scene(&c);
    assert_int_equal(access(c.folder, F_OK), -1);
    (void)nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* A folder of libraries comes before all others: one that is none is found first. */
static void libraries_of_an_arm_are_loaded_first(void **state)
{
    (void)state;
    char program[PATH_MAX], folder[] = "/tmp/assay-libraries-XXXXXX", path[64];
    struct err e = {0};
    struct scene c;
    open_scene(&c, "name: one\ncodecs: none\nblocks: 1\narms: [{name: a}, {name: b}]\n" IOT, NULL);
    if (!find_program(&c.home, program)) {
        close_scene(&c);
        skip();
    }
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/librdkafka.so.1", folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs("no library\n", f);
    (void)fclose(f);
    give_program(c.scenarios[0], program, folder);
    measure_run(&c, &e);
    assert_int_equal(e.rc, RC_INFRA);
    assert_non_null(strstr(e.text, folder));
    assert_non_null(strstr(e.text, "did not start (exit code 127)"));
    close_scene(&c);
    (void)nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_run_is_refused_first),
        cmocka_unit_test(plans_are_added_up),
        cmocka_unit_test(two_scenarios_share_a_broker_and_a_folder),
        cmocka_unit_test(a_part_that_cannot_be_judged_is_the_last),
        cmocka_unit_test(a_program_that_is_no_assay_gets_one_sentence),
        cmocka_unit_test(the_role_that_ended_first_is_named),
        cmocka_unit_test(libraries_of_an_arm_are_loaded_first),
    };
    (void)unsetenv("ASSAY_COLD"); /* much of this is seen when the broker is warmed */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
