/* A result folder keeps every finished trial, refuses to overwrite, and reads what a kill left. */
#define _GNU_SOURCE
#include "tests/unit/reports/record/folder_scene.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void put_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void add_to_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

/* A record that no command could read again would make its folder useless. */
static void what_cannot_be_read_back_is_not_written(void **state)
{
    (void)state;
    struct err e = {0};
    struct stat st;
    struct folder f = created("unreadable");
    struct trial_record *r = record("c01.b01");
    r->window_ns = -5;
    assert_int_equal(folder_append(&f, r, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "trial c01.b01 of quick cannot be read back"));
    assert_int_equal(stat("unreadable/" FOLDER_TRIALS, &st), 0);
    assert_int_equal(st.st_size, 0);
    free(r);
    folder_close(&f);
}

static void records_are_there_at_once(void **state)
{
    (void)state;
    struct results r;
    struct folder f = created("a/b/run/");
    assert_string_equal(f.path, "a/b/run");
    assert_string_equal(folder_name(&f), "run");
    append(&f, "c00.b01");
    append(&f, "c01.b01");
    assert_int_equal(results_read("a/b/run", &r, NULL), RC_OK); /* while the run still writes */
    assert_int_equal(r.count, 2);
    assert_string_equal(r.records[1].trial, "c01.b01");
    assert_int_equal(r.cut_bytes, 0);
    results_release(&r);
    folder_close(&f);
    folder_close(&f);
}

static void a_folder_in_use_is_refused(void **state)
{
    (void)state;
    struct folder f, empty;
    struct err e;
    assert_int_equal(mkdir("empty", 0777), 0);
    empty = created("empty");
    folder_close(&empty);
    assert_int_equal(folder_create("empty", "quick", &f, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "empty is not empty; results are never overwritten"));
    put_file("file", "x");
    assert_int_equal(folder_create("file", "quick", &f, &e), RC_INPUT);
    assert_int_equal(folder_create("file/below", "quick", &f, &e), RC_INPUT);
    assert_int_equal(folder_create("", "quick", &f, &e), RC_INPUT);
}

static void names_made_up_are_free_and_safe(void **state)
{
    (void)state;
    struct folder f, g;
    assert_int_equal(folder_create(NULL, "my scenario/x", &f, NULL), RC_OK);
    assert_int_equal(folder_create(NULL, "my scenario/x", &g, NULL), RC_OK);
    assert_true(strncmp(f.path, "results/20", 10) == 0);
    assert_non_null(strstr(f.path, "-my_scenario_x"));
    assert_string_not_equal(f.path, g.path);
    folder_close(&f);
    folder_close(&g);
}

enum { STARTERS = 16 };

static pid_t fork_starter(const int gate[2])
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct folder f;
        char byte;
        (void)close(gate[1]);
        ssize_t n = read(gate[0], &byte, 1); /* 0 once the gate opens for all */
        _exit(n == 0 && folder_create(NULL, "quick", &f, NULL) == RC_OK ? 0 : 1);
    }
    return pid;
}

static void runs_of_one_moment_get_folders_of_their_own(void **state)
{
    (void)state;
    int gate[2], status;
    pid_t pids[STARTERS];
    assert_int_equal(pipe2(gate, O_CLOEXEC), 0);
    for (int i = 0; i < STARTERS; i++)
        pids[i] = fork_starter(gate);
    assert_int_equal(close(gate[1]), 0);
    for (int i = 0; i < STARTERS; i++) {
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(close(gate[0]), 0);
}

static void a_cut_last_line_is_dropped_and_said(void **state)
{
    (void)state;
    struct results r;
    struct folder f = created("run");
    append(&f, "c00.b01");
    add_to_file("run/trials.jsonl", "{\"schema\":\"assay-tr");
    assert_int_equal(results_read("run", &r, NULL), RC_OK);
    assert_int_equal(r.count, 1);
    assert_int_equal(r.cut_bytes, strlen("{\"schema\":\"assay-tr"));
    results_release(&r);
    folder_close(&f);
}

static void what_is_no_result_folder_is_refused(void **state)
{
    (void)state;
    struct folder f = created("run");
    refused("run", "holds no finished trial");
    append(&f, "c00.b01");
    add_to_file("run/trials.jsonl", "{\"schema\":\"assay-trial/3\"}\n");
    refused("run", "run/trials.jsonl:2: schema: found \"assay-trial/3\"");
    put_file("run/trials.jsonl", "{\"schema\":\n");
    refused("run", "run/trials.jsonl:1: not valid JSON at column 10: ");
    folder_close(&f);
    refused("absent", "cannot open the result folder absent");
    refused("run/trials.jsonl", "is a file; give the result folder");
    assert_int_equal(mkdir("other", 0777), 0);
    refused("other", "has no trials.jsonl: it is not a result folder");
    put_file("other/trials.jsonl", "\n");
    refused("other", "other/trials.jsonl:1: is empty");
}

static void only_regular_files_of_a_fair_size_are_read(void **state)
{
    (void)state;
    struct buf b;
    struct err e;
    bool missing;
    buf_init(&b, 10);
    assert_int_equal(mkdir("run", 0777), 0);
    assert_int_equal(mkfifo("run/trials.jsonl", 0666), 0);
    refused("run", "run/trials.jsonl is not a regular file");
    assert_int_equal(unlink("run/trials.jsonl"), 0);
    assert_int_equal(symlink("/dev/zero", "run/trials.jsonl"), 0);
    refused("run", "run/trials.jsonl is not a regular file");
    assert_int_equal(unlink("run/trials.jsonl"), 0);
    put_file("run/trials.jsonl", "");
    assert_int_equal(truncate("run/trials.jsonl", INT64_C(1) << 33), 0); /* sparse */
    refused("run", "run/trials.jsonl has 8589934592 bytes, at most 2147483648 are read");
    put_file("run/eleven", "12345678901");
    assert_int_equal(results_file("run", "eleven", &b, &missing, &e), RC_INPUT);
    assert_string_equal(e.text, "run/eleven has 11 bytes, at most 10 are read");
    assert_false(missing);
    buf_release(&b);
}

static void labels_are_one_line(void **state)
{
    (void)state;
    struct results r;
    struct folder f = created("run");
    struct trial_record *t = record("c00\n.b01");
    (void)snprintf(t->group_label, sizeof t->group_label, "caf\xC3\xA9\033[2J\177");
    (void)snprintf(t->stored[0].codec, sizeof t->stored[0].codec, "z\rstd");
    assert_int_equal(folder_add_settings(&f, "a=1\nb=2\n", t->sender_settings, NULL), RC_OK);
    assert_int_equal(folder_append(&f, t, NULL), RC_OK);
    assert_int_equal(results_read("run", &r, NULL), RC_OK);
    assert_string_equal(r.records[0].trial, "c00?.b01");
    assert_string_equal(r.records[0].group_label, "caf\xC3\xA9?[2J?");
    assert_string_equal(r.records[0].stored[0].codec, "z?std");
    assert_string_equal(settings_table_find(&r.settings, r.records[0].sender_settings),
                        "a=1\nb=2\n");
    results_release(&r);
    folder_close(&f);
    free(t);
}

static size_t lines_of(const char *path)
{
    FILE *in = fopen(path, "r");
    size_t lines = 0;
    assert_non_null(in);
    for (int c = getc(in); c != EOF; c = getc(in))
        lines += c == '\n';
    assert_int_equal(fclose(in), 0);
    return lines;
}

static void settings_stand_once(void **state)
{
    (void)state;
    struct results r;
    struct folder f = created("run");
    bool empty;
    for (int block = 0; block < 4; block++) {
        char id[RECORD_NAME_MAX];
        (void)snprintf(id, sizeof id, "c00.b0%d", block);
        struct trial_record *t = record(id);
        const char *lines = block % 2 == 0 ? "a=1\n" : "a=2\n";
        if (block == 2) { /* a kill cut the last line; the run is continued */
            folder_close(&f);
            add_to_file("run/settings.jsonl", "{\"id\":\"00");
            assert_int_equal(folder_reopen("run", &f, &empty, NULL), RC_OK);
        }
        assert_int_equal(folder_add_settings(&f, lines, t->sender_settings, NULL), RC_OK);
        assert_int_equal(folder_add_settings(&f, "", t->receiver_settings, NULL), RC_OK);
        assert_string_equal(t->receiver_settings, "");
        assert_int_equal(folder_append(&f, t, NULL), RC_OK);
        free(t);
    }
    assert_int_equal(lines_of("run/settings.jsonl"), 2);
    assert_int_equal(results_read("run", &r, NULL), RC_OK);
    assert_int_equal(r.settings.count, 2);
    assert_string_equal(settings_table_find(&r.settings, r.records[0].sender_settings), "a=1\n");
    assert_string_equal(settings_table_find(&r.settings, r.records[3].sender_settings), "a=2\n");
    assert_null(settings_table_find(&r.settings, "0000000000000000"));
    results_release(&r);
    folder_close(&f);
    add_to_file("run/settings.jsonl", "[]\n");
    refused("run", "run/settings.jsonl");
}

static void histograms_go_beside(void **state)
{
    (void)state;
    struct hist e2e, back;
    struct err e;
    size_t found;
    struct results r;
    struct hist *into[LATENCIES_MAX] = {[LATENCY_E2E] = &back};
    struct folder f = created("run");
    struct trial_record *t = record("c00/b01"); /* a name that is no file name */
    assert_int_equal(hist_init(&e2e, NULL), RC_OK);
    assert_int_equal(hist_init(&back, NULL), RC_OK);
    struct trial_hists hists = {.of[LATENCY_E2E] = &e2e};
    assert_int_equal(folder_add_hists(&f, t, hists, NULL), RC_OK);
    assert_int_equal(access("run/hist/quick.c00_b01.hlog", F_OK), -1); /* it was empty */
    for (int i = 1; i < 100; i++)
        hist_record(&e2e, i * 1000000);
    assert_int_equal(folder_append(&f, t, NULL), RC_OK);
    assert_int_equal(folder_add_hists(&f, t, hists, NULL), RC_OK);
    assert_int_equal(access("run/hist/quick.c00_b01.hlog", F_OK), 0);
    assert_int_equal(results_read("run", &r, NULL), RC_OK);
    assert_int_equal(results_hists(&r, 0, into, &found, NULL), RC_OK);
    assert_int_equal(found, 1);
    assert_memory_equal(back.counts, e2e.counts, HIST_SLOTS * sizeof *e2e.counts);
    into[LATENCY_E2E] = NULL;
    into[LATENCY_ACK] = &back;
    assert_int_equal(results_hists(&r, 0, into, &found, NULL), RC_OK);
    assert_int_equal(found, 0);
    into[LATENCY_E2E] = &back;
    put_file("run/hist/quick.c00_b01.hlog", "Tag=e2e,0,0,0,AAAA\n");
    assert_int_equal(results_hists(&r, 0, into, &found, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "run/hist/quick.c00_b01.hlog: line 1: not a V2"));
    assert_int_equal(unlink("run/hist/quick.c00_b01.hlog"), 0);
    assert_int_equal(results_hists(&r, 0, into, &found, NULL), RC_OK);
    assert_int_equal(found, 0);
    results_release(&r);
    hist_release(&e2e);
    hist_release(&back);
    folder_close(&f);
    free(t);
}

static void files_appear_whole(void **state)
{
    (void)state;
    struct folder f = created("run");
    struct buf b;
    bool missing;
    struct err e;
    buf_init(&b, 100);
    assert_int_equal(folder_write(&f, "plots/x.svg", span_str("first"), NULL), RC_OK);
    assert_int_equal(folder_write(&f, "plots/x.svg", span_str("second"), NULL), RC_OK);
    assert_int_equal(results_file("run", "plots/x.svg", &b, NULL, NULL), RC_OK);
    assert_string_equal((char *)b.data, "second");
    assert_int_not_equal(access("run/plots/x.svg.part", F_OK), 0);
    assert_int_equal(results_file("run", "absent", &b, &missing, &e), RC_INPUT);
    assert_true(missing);
    /* A folder stands where the file should go: the failure is said and nothing is left behind. */
    assert_int_equal(mkdir("run/report.md", 0777), 0);
    assert_int_equal(folder_write(&f, "report.md", span_str("x"), &e), RC_INFRA);
    assert_int_not_equal(access("run/report.md.part", F_OK), 0);
    buf_release(&b);
    folder_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_are_there_at_once, enter, leave),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_back_is_not_written, enter, leave),
        cmocka_unit_test_setup_teardown(a_folder_in_use_is_refused, enter, leave),
        cmocka_unit_test_setup_teardown(names_made_up_are_free_and_safe, enter, leave),
        cmocka_unit_test_setup_teardown(runs_of_one_moment_get_folders_of_their_own, enter, leave),
        cmocka_unit_test_setup_teardown(a_cut_last_line_is_dropped_and_said, enter, leave),
        cmocka_unit_test_setup_teardown(what_is_no_result_folder_is_refused, enter, leave),
        cmocka_unit_test_setup_teardown(only_regular_files_of_a_fair_size_are_read, enter, leave),
        cmocka_unit_test_setup_teardown(settings_stand_once, enter, leave),
        cmocka_unit_test_setup_teardown(labels_are_one_line, enter, leave),
        cmocka_unit_test_setup_teardown(histograms_go_beside, enter, leave),
        cmocka_unit_test_setup_teardown(files_appear_whole, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
