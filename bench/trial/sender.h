/*
 * The sender role: hands records to the producer at the pace asked for and notes each in the
 * ledger.
 *
 * Runs in a process of its own (role.h) on the board and pool it finds at ROLE_BOARD_FD and
 * ROLE_POOL_FD. Two threads write the ledger: the sending thread fills an entry before it hands the
 * record over, the producer's polling thread completes it from the delivery report.
 */
#ifndef ASSAY_BENCH_TRIAL_SENDER_H
#define ASSAY_BENCH_TRIAL_SENDER_H

#include "base/err.h"

enum rc sender_live(struct err *e) MUST_CHECK;

#endif
