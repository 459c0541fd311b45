/*
 * Workflow commands of GitHub Actions: one line that the web page shows beside the run.
 *
 * "::error file=F,line=N,title=T::message". In messages % CR LF are escaped, in properties : and ,
 * as well; an annotation can neither end early nor start another command.
 * Source: github.com/actions/toolkit, packages/core/src/command.ts (escapeData, escapeProperty).
 * Ownership: everything is borrowed. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RENDER_ANNOTATIONS_H
#define ASSAY_REPORTS_RENDER_ANNOTATIONS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

enum annotation_level { ANNOTATION_ERROR, ANNOTATION_WARNING, ANNOTATION_NOTICE };

struct annotation {
    enum annotation_level level;
    const char *file; /* NULL or "": none */
    int64_t line;     /* 0: none */
    const char *title;
    const char *message;
};

/* Appends one line, newline included. */
enum rc annotation_write(const struct annotation *a, struct buf *out, struct err *e) MUST_CHECK;

#endif
