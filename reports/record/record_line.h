/*
 * The short way to read a line of trials.jsonl: what trial_record_write writes is read as it
 * stands, field after field in the order of RECORD_FIELDS, without building a tree of its values.
 *
 * It accepts a part of what JSON allows (no blanks, no escapes, fields in order, schema 2) and
 * gives the record that the long way gives. It names no errors: whoever gets false reads the line
 * again as JSON. Tests compare the two. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RECORD_RECORD_LINE_H
#define ASSAY_REPORTS_RECORD_RECORD_LINE_H

#include "base/span.h"
#include "reports/record/record.h"

/* False: the line is not written like that, or it is wrong; *r is then undefined. */
bool record_line_read(struct span line, struct trial_record *r);

#endif
