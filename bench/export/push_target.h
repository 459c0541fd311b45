/*
 * A Pushgateway as the user names it, and the URL that a run's metrics are put to.
 *
 * URL is http://[USER:PASSWORD@]HOST[:PORT][/PATH] or https://...; metrics go to
 * URL/metrics/job/assay/run/ID, the grouping key being job="assay" and run=ID. An id with other
 * characters than letters, digits and . _ - goes as run@base64/... (URL-safe alphabet, RFC 4648
 * section 5). A URL that has /metrics/job in it already is refused. Source: the Pushgateway's
 * README, "URL". The password is in `url` only: `shown` and every error go without it. Ownership:
 * plain memory; push_target_wipe forgets the password. Threads: pure functions.
 */
#ifndef ASSAY_BENCH_EXPORT_PUSH_TARGET_H
#define ASSAY_BENCH_EXPORT_PUSH_TARGET_H

#include "base/buf.h"

enum { PUSH_URL_MAX = 1024 };

struct push_target {
    char url[PUSH_URL_MAX];   /* no slash at its end; the password inside */
    char shown[PUSH_URL_MAX]; /* for messages: without user and password */
};

/* RC_INPUT says what is wrong and what was expected; *out is untouched then. */
enum rc push_target_parse(const char *text, struct push_target *out, struct err *e) MUST_CHECK;
/* Any text a user gave as URL, without what may be user and password; cut to size. Returns out. */
char *push_target_hide(const char *text, char *out, size_t size);
/* Appends the URL of this run's group. run: not empty. */
enum rc push_target_group(const struct push_target *t, const char *run, struct buf *out,
                          struct err *e) MUST_CHECK;
void push_target_wipe(struct push_target *t);

#endif
