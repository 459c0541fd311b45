/*
 * Writing a result folder: one run, one folder, appended trial by trial.
 *
 * Every record is on the disk (fsync) before folder_append returns, so that a killed run keeps what
 * it measured; other files appear whole (written beside and renamed) or not at all. Only files of
 * this folder are ever written. docs/result-folder.md describes every file.
 * Ownership: struct folder holds a file descriptor and its path. Threads: one owner.
 */
#ifndef ASSAY_REPORTS_RECORD_FOLDER_H
#define ASSAY_REPORTS_RECORD_FOLDER_H

#include "base/clock.h"
#include "base/err.h"
#include "base/hist.h"
#include "base/span.h"
#include "reports/record/record.h"
#include "reports/record/settings_table.h"
#include "reports/record/timeline.h"

#define FOLDER_TRIALS "trials.jsonl"
#define FOLDER_SETTINGS "settings.jsonl"
#define FOLDER_ENVIRONMENT "environment.json"
#define FOLDER_HIST "hist"
#define FOLDER_PLOTS "plots"
#define FOLDER_TIMELINE "timeline"
#define FOLDER_BACKGROUND "background.jsonl"
enum { FOLDER_PATH_MAX = 1024 };

struct folder {
    char path[FOLDER_PATH_MAX];     /* as given or made up, no trailing slash */
    int trials_fd;                  /* -1: not open */
    struct settings_table settings; /* those that settings.jsonl holds; owned */
};

/* Makes the folder (parents, too) and its trials.jsonl. out NULL: results/DATE-TIME-SCENARIO under
 * the current directory, numbered when taken. A folder that is not empty is refused: RC_INPUT. */
enum rc folder_create(const char *out, const char *scenario, struct folder *f,
                      struct err *e) MUST_CHECK;
/* To go on in a folder that a run left: opened for appending, a last line cut by a kill removed. A
 * folder that is not there or empty leaves *f closed and *empty true: folder_create makes it.
 * RC_INPUT: something else stands there, or another process is writing to it. */
enum rc folder_reopen(const char *path, struct folder *f, bool *empty, struct err *e) MUST_CHECK;
/* No record was appended yet. */
bool folder_is_bare(const struct folder *f);
/* For making reports again: an existing folder, nothing appended. */
enum rc folder_open(const char *path, struct folder *f, struct err *e) MUST_CHECK;
void folder_close(struct folder *f); /* NULL and closed are fine */
/* Closes, and removes what folder_create made, as long as no record was appended. */
void folder_discard(struct folder *f);
/* The last part of its path: the id of the run. Borrowed from f. */
const char *folder_name(const struct folder *f);

/* Puts _ in the place of what a file's name had better not hold. */
void folder_safe_name(char *text);

/* Appends "key=value\n" lines to settings.jsonl unless they stand there, before the record that
 * refers to them by id. */
enum rc folder_add_settings(struct folder *f, const char *lines, char id[SETTINGS_ID_MAX],
                            struct err *e) MUST_CHECK;
enum rc folder_append(struct folder *f, const struct trial_record *r, struct err *e) MUST_CHECK;
/* The record of the background load of a trial, to background.jsonl, before the trial's own. */
enum rc folder_append_background(struct folder *f, const struct trial_record *r,
                                 struct err *e) MUST_CHECK;

/* The histograms of one trial by row of LATENCIES, borrowed; NULL or empty where there is none. */
struct trial_hists {
    const struct hist *of[LATENCIES_MAX];
};
/* Writes hist/SCENARIO.TRIAL.hlog, each latency under its name as tag, unless all are empty. */
enum rc folder_add_hists(struct folder *f, const struct trial_record *r, struct trial_hists h,
                         struct err *e) MUST_CHECK;
/* Where they are: path below the folder. text holds FOLDER_PATH_MAX bytes; returns it. */
char *folder_hist_name(const struct trial_record *r, char *text);

/* Writes timeline/SCENARIO.TRIAL.jsonl, unless t has no points. */
enum rc folder_add_timeline(struct folder *f, const struct trial_record *r,
                            const struct timeline *t, struct err *e) MUST_CHECK;
char *folder_timeline_name(const struct trial_record *r, char *text); /* as folder_hist_name */

/* Writes a whole file below the folder; its sub-folder is made. An older one is replaced. */
enum rc folder_write(struct folder *f, const char *file, struct span content,
                     struct err *e) MUST_CHECK;

#endif
