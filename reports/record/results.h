/*
 * Reading a result folder: every trial record that a run left, a killed run included.
 *
 * A last line without its newline is what a kill leaves: it is dropped and said (cut_bytes). Any
 * other line that is not a trial record of this schema is RC_INPUT and names file and line, and so
 * is a trial that stands there twice. Control characters in names and labels are read as '?'. A
 * folder without records is refused. A large file is read in pieces at once, by threads that are
 * gone when results_read returns; which error is said and the order do not depend on them.
 * Ownership: records belong to struct results. Threads: read-only once read.
 */
#ifndef ASSAY_REPORTS_RECORD_RESULTS_H
#define ASSAY_REPORTS_RECORD_RESULTS_H

#include "base/err.h"
#include "reports/record/folder.h"
#include "reports/record/record.h"

struct results {
    char path[FOLDER_PATH_MAX];
    struct trial_record *records; /* owned; in the order they were measured */
    size_t count, room;
    struct settings_table settings; /* in force, that records refer to; owned */
    size_t cut_bytes;               /* of a truncated last line; 0: none */
};

/* On failure *out may be released and is empty. */
enum rc results_read(const char *folder, struct results *out, struct err *e) MUST_CHECK;
void results_release(struct results *r); /* NULL is fine */

/* Adds the histograms of a record's .hlog to into, by row of LATENCIES; NULL where it is not asked
 * for. *found counts those that were there; a damaged file is RC_INPUT. */
enum rc results_hists(const struct results *r, size_t record, struct hist *const *into,
                      size_t *found, struct err *e) MUST_CHECK;

/* The timeline of one record; *found false: there is none. RC_INPUT: it cannot be read. */
enum rc results_timeline(const struct results *r, size_t record, struct timeline *out, bool *found,
                         struct err *e) MUST_CHECK;
/* A whole regular file; RC_INPUT names it and says why it cannot be read: pipes, devices and
 * folders, more than out may hold. *missing may be NULL. */
enum rc results_file(const char *folder, const char *file, struct buf *out, bool *missing,
                     struct err *e) MUST_CHECK;

#endif
