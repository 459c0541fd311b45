/*
 * The receiver role: reads every partition from its start offset to the end offset, hashes each
 * record and notes it in the ledger.
 *
 * Runs in a process of its own (role.h) on the board it finds at ROLE_BOARD_FD. Single-threaded but
 * for the client's own threads.
 */
#ifndef ASSAY_BENCH_TRIAL_RECEIVER_H
#define ASSAY_BENCH_TRIAL_RECEIVER_H

#include "base/err.h"

enum rc receiver_live(struct err *e) MUST_CHECK;

#endif
