/*
 * Standard output: how it shows things, and text printed to it whole.
 *
 * Tables fit the terminal (or COLUMNS), with colours on a terminal unless NO_COLOR is set, in ASCII
 * where the locale is not UTF-8. Threads: main only.
 */
#ifndef ASSAY_CLI_STANDARD_OUTPUT_H
#define ASSAY_CLI_STANDARD_OUTPUT_H

#include "base/buf.h"
#include "reports/render/terminal.h"

struct terminal_style standard_output_style(void);
enum rc standard_output_print(const struct buf *text, struct err *e) MUST_CHECK;

#endif
