#define _GNU_SOURCE
#include "cli/gate/gate_print.h"

#include "base/fs.h"
#include "base/quantity.h"
#include "cli/plan_text.h"
#include "cli/standard_output.h"
#include "reports/gate/gate_case_text.h"
#include "reports/render/junit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const size_t TEXT_BYTES_MAX = (size_t)1 << 28;

typedef enum rc gate_writer(const struct gate_report *r, struct buf *out, struct err *e);

/* --- the plan --- */

static void print_limits(const struct gate_job *j)
{
    const char *lead = "Gated: ";
    char limit[EFFECT_TEXT], lacks[GATE_LACKS];
    for (int m = 0; m < METRIC_COUNT; m++) {
        if (!METRICS[m].gated)
            continue;
        (void)printf("%s%s (%s%s)", lead, METRICS[m].title,
                     gate_limit_text((enum metric)m, j->request->limits->limit[m], limit),
                     METRICS[m].sizes ? " where they repeat" : "");
        lead = ", ";
    }
    (void)printf(", where they are measured: ");
    if (gate_job_lacks(j, lacks)[0] != '\0')
        (void)printf("%s.\n", lacks);
    else if (j->cases == 0)
        (void)printf("no noisy case here.\n");
    else
        (void)printf("%zu noisy case%s, for which %zu blocks are the fewest.\n", j->cases,
                     j->cases == 1 ? "" : "s", j->blocks_needed);
}

void gate_print_plan(const struct gate_job *j)
{
    const struct plan *first = &j->run.parts[GATE_MAIN].plan;
    const struct plan *fresh = &j->run.parts[GATE_CONFIRMATION].plan;
    char least[QUANTITY_TEXT], again[QUANTITY_TEXT], most[QUANTITY_TEXT];
    (void)printf("baseline   %s\ncandidate  %s\n\nMain stage\n", j->baseline.says,
                 j->candidate.says);
    plan_print(first);
    (void)printf("\nNull control: the baseline runs twice in every block; where it differs from "
                 "itself, the gate says UNRELIABLE.\n");
    print_limits(j);
    (void)printf("Confirmation stage: only of what is worse, arms in reversed order; at most %zu "
                 "trials, about %s.\n",
                 fresh->trial_count, quantity_format_wait(fresh->total_duration_ns, again));
    (void)printf("In all about %s, at most about %s.\n",
                 quantity_format_wait(first->total_duration_ns, least),
                 quantity_format_wait(first->total_duration_ns + fresh->total_duration_ns, most));
}

/* --- the report --- */

static enum rc print_written(const struct gate_report *r, gate_writer *write, struct err *e)
{
    struct buf text;
    buf_init(&text, TEXT_BYTES_MAX);
    enum rc rc = write(r, &text, e);
    if (rc == RC_OK)
        rc = standard_output_print(&text, e);
    buf_release(&text);
    return rc;
}

/* The summary is a file that every step of the job appends to. */
static enum rc append_summary(const struct gate_report *report, const char *path, struct err *e)
{
    struct buf text;
    buf_init(&text, TEXT_BYTES_MAX);
    enum rc rc = gate_write_markdown(report, &text, e);
    int fd = rc == RC_OK ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644) : -1;
    if (rc == RC_OK && (fd < 0 || write(fd, text.data, text.size) != (ssize_t)text.size))
        rc = err_sys(e, RC_INFRA, errno, "cannot append to GITHUB_STEP_SUMMARY, %s", path);
    if (fd >= 0)
        (void)close(fd);
    buf_release(&text);
    return rc;
}

static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value != NULL ? value : "";
}

static void print_evidence(const char *folder)
{
    char path[FS_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s", folder);
    err_one_line(path);
    (void)printf("evidence: %s/" GATE_FILE " and " JUNIT_FILE "\n", path);
}

enum rc gate_print_report(const struct gate_report *r, const char *folder, bool json, struct err *e)
{
    enum rc rc = print_written(r, json ? gate_write_json : gate_write_lines, e);
    if (rc == RC_OK && !json)
        print_evidence(folder);
    if (rc == RC_OK && setting("GITHUB_ACTIONS")[0] != '\0' && !json)
        rc = print_written(r, gate_write_annotations, e);
    if (rc == RC_OK && setting("GITHUB_STEP_SUMMARY")[0] != '\0')
        rc = append_summary(r, setting("GITHUB_STEP_SUMMARY"), e);
    return rc;
}
