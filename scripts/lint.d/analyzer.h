/* Read before every file that clang-tidy looks at, except base/err.c: tells the analyzer, which
 * sees one file at a time, that a failure made by err_set, err_sys or err_wrap is never RC_OK. */
#ifndef ASSAY_SCRIPTS_LINT_D_ANALYZER_H
#define ASSAY_SCRIPTS_LINT_D_ANALYZER_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "base/err.h"

static inline enum rc analyzer_failed(enum rc said, enum rc meant)
{
    (void)said;
    return meant;
}

#define err_set(e, rc, ...) analyzer_failed((err_set)((e), (rc), __VA_ARGS__), (rc))
#define err_sys(e, rc, ...) analyzer_failed((err_sys)((e), (rc), __VA_ARGS__), (rc))
#define err_wrap(e, ...) analyzer_failed((err_wrap)((e), __VA_ARGS__), RC_INFRA)

#endif
