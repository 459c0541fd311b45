/*
 * What the user asked of `assay gate`, read from its options; and its two ways.
 *
 * Ownership: texts are borrowed from the arguments. Threads: main only.
 */
#ifndef ASSAY_CLI_GATE_REQUEST_H
#define ASSAY_CLI_GATE_REQUEST_H

#include "cli/command.h"
#include "reports/gate/gate_report.h"

struct gate_request {
    const struct args *args;
    const char *baseline, *candidate; /* --baseline, --candidate; candidate may be NULL */
    const char *operand;              /* B, or the scenario */
    const char *out;                  /* --out; NULL: default */
    struct gate_limits limits;
    bool any_host, json, quiet;
};

/* Two result folders. */
enum rc gate_folders(const struct gate_request *r, struct err *e) MUST_CHECK;
/* Baseline, baseline again and candidate in one job. */
enum rc gate_job(const struct gate_request *r, struct err *e) MUST_CHECK;

/* Writes gate.json and junit.xml into folder, prints lines (or gate.json), and speaks to GitHub
 * where it runs: annotations on standard output, the job summary. */
enum rc gate_publish(const struct gate_request *r, const struct gate_report *report,
                     const char *folder, struct err *e) MUST_CHECK;
/* The exit of what the gate says; e gets its sentence. */
enum rc gate_conclude(const struct gate_report *report, struct err *e) MUST_CHECK;

#endif
