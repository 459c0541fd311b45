/*
 * Whether a record that was read is what it calls itself.
 *
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RECORD_RECORD_INTEGRITY_H
#define ASSAY_REPORTS_RECORD_RECORD_INTEGRITY_H

#include "reports/record/record.h"

/* Of a void record that does not say it: whether it is void for what arrived or was stored. */
bool record_integrity_hurt(const struct trial_record *r);
/* A record that lost records, or holds a codec that nobody asked for, becomes void, whatever it
 * calls itself; why says so. */
void record_void_contradiction(struct trial_record *r);

#endif
