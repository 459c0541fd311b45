/*
 * What the gate found, for people and for CI: sentences, gate.json, junit.xml, annotations, a job
 * summary.
 *
 * Ownership: everything is borrowed; output is appended. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_GATE_GATE_REPORT_H
#define ASSAY_REPORTS_GATE_GATE_REPORT_H

#include "base/buf.h"
#include "reports/gate/gate_rule.h"

#define GATE_FILE "gate.json"
#define GATE_SCHEMA "assay-gate/1"
enum { GATE_WHY = 512 };

struct gate_report {
    const struct gate *gate;
    const char *baseline, *candidate; /* as named: "results/monday", "liba/ (shared objects)" */
    const char *file;                 /* that annotations point at: the scenario's; NULL: none */
    const char *why;                  /* of an unreliable comparison of folders; NULL */
    const char *scope; /* what this gate cannot do, in one sentence; NULL: nothing is missing */
    double seconds;    /* < 0: not known */
};

/* The outcome in one sentence; text holds GATE_WHY. */
char *gate_outcome_text(const struct gate_report *r, char *text);

/* Verdict lines for a terminal or a log: every case that is not fine, then the outcome. */
enum rc gate_write_lines(const struct gate_report *r, struct buf *out, struct err *e) MUST_CHECK;
enum rc gate_write_json(const struct gate_report *r, struct buf *out, struct err *e) MUST_CHECK;
enum rc gate_write_junit(const struct gate_report *r, struct buf *out, struct err *e) MUST_CHECK;
enum rc gate_write_annotations(const struct gate_report *r, struct buf *out,
                               struct err *e) MUST_CHECK;
enum rc gate_write_markdown(const struct gate_report *r, struct buf *out, struct err *e) MUST_CHECK;

#endif
