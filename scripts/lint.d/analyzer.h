/* Read before every file that clang-tidy looks at, except base/err.c: tells the analyzer, which
 * sees one file at a time, that a failure made by err_set, err_sys or err_wrap is never RC_OK. */
#ifndef ASSAY_SCRIPTS_ANALYZER_H
#define ASSAY_SCRIPTS_ANALYZER_H

#define _GNU_SOURCE 1
#include "base/err.h"

#define err_set(e, rc, ...) ((err_set)((e), (rc), __VA_ARGS__) == RC_OK ? (rc) : (rc))
#define err_sys(e, rc, ...) ((err_sys)((e), (rc), __VA_ARGS__) == RC_OK ? (rc) : (rc))
#define err_wrap(e, ...) ((err_wrap)((e), __VA_ARGS__) == RC_OK ? RC_INFRA : RC_INPUT)

#endif
