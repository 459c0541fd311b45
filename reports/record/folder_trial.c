/* The files of a folder that each trial has for itself. */
#include "base/hlog.h"
#include "reports/record/folder.h"

#include <stdio.h>

enum { HISTS_MAX_BYTES = 4 << 20, TIMELINE_MAX_BYTES = 1 << 20 };

static char *name_of_trial(const struct trial_record *r, const char *folder, const char *ending,
                           char *text)
{
    char name[2 * RECORD_NAME_MAX];
    (void)snprintf(name, sizeof name, "%s.%s", r->scenario, r->trial);
    folder_safe_name(name);
    (void)snprintf(text, FOLDER_PATH_MAX, "%s/%s%s", folder, name, ending);
    return text;
}

char *folder_hist_name(const struct trial_record *r, char *text)
{
    return name_of_trial(r, FOLDER_HIST, ".hlog", text);
}

char *folder_timeline_name(const struct trial_record *r, char *text)
{
    return name_of_trial(r, FOLDER_TIMELINE, ".jsonl", text);
}

enum rc folder_add_timeline(struct folder *f, const struct trial_record *r,
                            const struct timeline *t, struct err *e)
{
    char name[FOLDER_PATH_MAX];
    struct buf text;
    if (t->points == 0)
        return RC_OK;
    buf_init(&text, TIMELINE_MAX_BYTES);
    enum rc rc = timeline_write(t, r->trial, &text, e);
    if (rc == RC_OK)
        rc = folder_write(f, folder_timeline_name(r, name), buf_span(&text), e);
    buf_release(&text);
    return rc;
}

enum rc folder_add_hists(struct folder *f, const struct trial_record *r, struct trial_hists h,
                         struct err *e)
{
    struct hlog_span when = {.start_wall_ns = r->started_wall_ns,
                             .length_ns = r->window_ns > 0 ? r->window_ns : 0};
    char name[FOLDER_PATH_MAX];
    struct buf log;
    bool any = false;
    buf_init(&log, HISTS_MAX_BYTES);
    enum rc rc = hlog_begin(&log, when, e);
    for (size_t i = 0; rc == RC_OK && i < LATENCY_COUNT; i++) {
        if (h.of[i] == NULL || h.of[i]->n == 0)
            continue;
        any = true;
        rc = hlog_add(&log, LATENCIES[i].name, h.of[i], when, e);
    }
    if (rc == RC_OK && any)
        rc = folder_write(f, folder_hist_name(r, name), buf_span(&log), e);
    buf_release(&log);
    return rc;
}
