/* What a planned job of claims_job.h does: trials, then probes and clients, then verdicts. */
#include "base/fs.h"
#include "base/quantity.h"
#include "bench/claims/claims_ask.h"
#include "bench/claims/claims_job.h"
#include "bench/claims/claims_stored.h"

#include <stdio.h>
#include <unistd.h>

static enum rc ask_all(struct claims_job *j, struct folder *folder, struct testbed *testbed,
                       struct err *e)
{
    const struct claims_ask a = {.request = j->request, .folder = folder, .testbed = testbed};
    enum rc rc = claims_ask_probes(&a, e);
    return rc == RC_OK ? claims_ask_clients(&a, e) : rc;
}

/* Reports of what there is: the first failure is told. */
static enum rc report_folder(const struct claims_job *j, const char *folder,
                             const struct claims_show *show, struct claims_count *count,
                             struct err *e)
{
    const struct claims_folder what = {
        .folder = folder, .claims_run = &j->request->claims_run, .claims = &j->request->claims};
    return claims_report(&what, show, count, e);
}

/* --- with trials --- */

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void say_begin(const struct claims_job *j)
{
    char time[QUANTITY_TEXT];
    const struct claims_run *q = &j->request->claims_run;
    run_say(&j->request->run->listener, SAY_STEP,
            "%zu claim%s, %zu trial%s in %zu scenario%s, about %s; %s; %s", q->count,
            plural(q->count), j->trials, plural(j->trials), j->part_count, plural(j->part_count),
            quantity_format_wait(j->duration_ns + j->asking_ns, time), j->run.testbed.broker_says,
            j->run.testbed.pinning);
}

static enum rc measure_and_ask(struct claims_job *j, struct err *e)
{
    struct run *s = &j->run;
    enum rc rc = claims_stored_write(j->request, &s->folder, e);
    if (rc == RC_OK)
        rc = claims_run_write(&j->request->claims_run, &s->folder, e);
    if (rc != RC_OK)
        return rc;
    say_begin(j);
    rc = run_measure(s, e);
    if (rc != RC_OK)
        return rc;
    if (claims_ask_needs_broker(j->request))
        rc = testbed_provide(&s->testbed, TESTBED_NEED(TESTBED_CLUSTER), 0, e);
    return rc == RC_OK ? ask_all(j, &s->folder, &s->testbed, e) : rc;
}

/* What a folder without a trial would keep for nothing. */
static void forget_folder(const struct claims_job *j)
{
    char path[FOLDER_PATH_MAX + 32];
    struct err ignored;
    if (j->request->claims_run.finding_count > 0)
        return;
    (void)snprintf(path, sizeof path, "%s/" CLAIMS_RUN_FILE, j->run.folder.path);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/" CLAIMS_STORED, j->run.folder.path);
    if (fs_remove_tree(path, &ignored) != RC_OK)
        return; /* an empty folder may stay: whoever failed before is told */
}

static enum rc run_with_trials(struct claims_job *j, const struct claims_show *show,
                               struct claims_count *count, struct err *e)
{
    struct run *s = &j->run;
    struct err second;
    enum rc rc = run_open(s, e);
    if (rc != RC_OK)
        return rc;
    rc = measure_and_ask(j, e);
    if (folder_is_bare(&s->folder)) {
        forget_folder(j);
        return rc;
    }
    if (rc == RC_INTERRUPTED || rc == RC_INFRA)
        run_say(&j->request->run->listener, SAY_STEP,
                "%zu trials were finished; they are kept in %s, and --out %s "
                "--resume goes on",
                s->trials, s->folder.path, s->folder.path);
    enum rc reported = report_folder(j, s->folder.path, show, count, rc == RC_OK ? e : &second);
    return rc == RC_OK ? reported : rc;
}

/* --- without --- */

static enum rc open_folder(const struct claims_job *j, struct folder *out, struct err *e)
{
    bool empty = true;
    const struct run_request *r = j->request->run;
    enum rc rc = RC_OK;
    if (r->resume)
        rc = folder_reopen(r->out, out, &empty, e);
    if (rc == RC_OK && empty)
        rc = folder_create(r->out, "claims", out, e);
    return rc;
}

/* Probes and clients on a broker of their own, if they need one. */
static enum rc ask_alone(struct claims_job *j, struct folder *folder, struct err *e)
{
    struct testbed testbed;
    struct run_request *r = j->request->run;
    struct testbed_options want = run_request_testbed(r);
    if (!claims_ask_needs_broker(j->request))
        return ask_all(j, folder, NULL, e);
    run_say(&r->listener, SAY_STEP, "starting a broker");
    testbed_open(&want, &testbed);
    enum rc rc = testbed_provide(&testbed, TESTBED_NEED(TESTBED_CLUSTER), 0, e);
    if (rc == RC_OK)
        rc = ask_all(j, folder, &testbed, e);
    testbed_close(&testbed, rc == RC_INFRA);
    return rc;
}

static enum rc run_without_trials(struct claims_job *j, const struct claims_show *show,
                                  struct claims_count *count, struct err *e)
{
    struct folder folder;
    struct err second;
    enum rc rc = open_folder(j, &folder, e);
    if (rc != RC_OK)
        return rc;
    rc = claims_stored_write(j->request, &folder, e);
    if (rc == RC_OK)
        rc = claims_run_write(&j->request->claims_run, &folder, e);
    if (rc == RC_OK)
        rc = ask_alone(j, &folder, e);
    enum rc reported = report_folder(j, folder.path, show, count, rc == RC_OK ? e : &second);
    folder_close(&folder);
    return rc == RC_OK ? reported : rc;
}

static void say_undecidable(const struct claims_job *j)
{
    const char *line = (const char *)j->undecidable.lines.data;
    for (size_t left = j->undecidable.lines.size; left > 0;) {
        size_t length = strcspn(line, "\n");
        run_say(&j->request->run->listener, SAY_STEP, "%.*s", (int)length, line);
        left -= length + 1;
        line += length + 1;
    }
}

enum rc claims_job_run(struct claims_job *j, const struct claims_show *show,
                       struct claims_count *count, struct err *e)
{
    say_undecidable(j);
    return j->trials > 0 ? run_with_trials(j, show, count, e)
                         : run_without_trials(j, show, count, e);
}
