/*
 * JUnit XML, as CI systems read it: one suite, one testcase each.
 *
 * Texts may hold anything: markup is escaped, and what XML 1.0 cannot hold (control characters,
 * bytes that are no UTF-8) becomes '?'. Form: the de facto one of Jenkins and GitLab
 * (testsuites / testsuite / testcase / failure, error, skipped).
 * Ownership: everything is borrowed. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RENDER_JUNIT_H
#define ASSAY_REPORTS_RENDER_JUNIT_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>

#define JUNIT_FILE "junit.xml"

enum junit_result { JUNIT_PASSED, JUNIT_FAILED, JUNIT_ERROR, JUNIT_SKIPPED };

struct junit_case {
    const char *classname; /* groups cases: the cell, the claim's family */
    const char *name;
    enum junit_result result;
    const char *message;  /* one sentence; NULL or "" when passed */
    const char *evidence; /* any number of lines; NULL: none */
};

struct junit_suite {
    const char *name;
    const struct junit_case *cases;
    size_t count;
    double seconds; /* the whole suite took; < 0: not known */
};

/* Appends the whole file. */
enum rc junit_write(const struct junit_suite *s, struct buf *out, struct err *e) MUST_CHECK;

#endif
