/*
 * The ledger on a terminal: one claim after the other, its words, its verdict, where it holds, and
 * the maps.
 *
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RENDER_LEDGER_TERMINAL_H
#define ASSAY_REPORTS_RENDER_LEDGER_TERMINAL_H

#include "reports/claims/verdicts.h"
#include "reports/render/terminal.h"

enum rc ledger_terminal(const struct verdicts *v, struct terminal_style style, struct buf *out,
                        struct err *e) MUST_CHECK;

#endif
