/*
 * Facts that trial records of schema "assay-trial/1" do not state: they are read from the labels,
 * once, when a line is read. No other file reads a label. Outcomes were members of "delivery".
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RECORD_RECORD_SCHEMA1_H
#define ASSAY_REPORTS_RECORD_RECORD_SCHEMA1_H

#include "reports/record/record.h"

#define RECORD_SCHEMA1 "assay-trial/1"

/* Fills load, link, workload, codec, exact and outcomes of r, whose other fields were read. What a
 * label does not say stays as trial_record_init left it. RC_INPUT: a count is missing or none. */
struct json;
enum rc record_schema1_facts(const struct json *root, struct trial_record *r,
                             struct err *e) MUST_CHECK;

#endif
