/*
 * What is learnt without a trial: probes are tried and other people's clients run, on one broker,
 * and each answer is written into the folder's claims.json at once.
 *
 * Ownership: everything is borrowed. Threads: main only.
 */
#ifndef ASSAY_BENCH_CLAIMS_CLAIMS_ASK_H
#define ASSAY_BENCH_CLAIMS_CLAIMS_ASK_H

#include "bench/claims/claims_request.h"

struct claims_ask {
    struct claims_request *request;
    struct folder *folder;
    struct testbed *testbed; /* NULL: there is no broker; what needs none is asked */
};

/* Calls visit for every unanswered test of a kind of the selected claims; stops at the first that
 * is not RC_OK. */
typedef enum rc claims_visit(void *ctx, const struct claim *c, size_t test, struct err *e);
enum rc claims_ask_each(const struct claims_request *r, enum test_kind kind, claims_visit *visit,
                        void *ctx, struct err *e) MUST_CHECK;

/* Whether a selected claim has an unanswered test of this kind that was not switched off. */
bool claims_ask_any(const struct claims_request *r, enum test_kind kind);
/* Whether any of them needs a broker. */
bool claims_ask_needs_broker(const struct claims_request *r);
/* Why a test of a selected claim is not asked; NULL when it is. Borrowed from r. */
const char *claims_ask_why_not(const struct claims_request *r, const struct claim *c, size_t test);

/* About how long all that is asked takes: probes, and other people's clients whose environments are
 * made already. */
int64_t claims_ask_expected_ns(const struct claims_request *r);
/* Of one test; 0: it is not asked. Tests of the same client share its time. */
int64_t claims_ask_test_ns(const struct claims_request *r, const struct claim *c, size_t test);

enum rc claims_ask_probes(const struct claims_ask *a, struct err *e) MUST_CHECK;
enum rc claims_ask_clients(const struct claims_ask *a, struct err *e) MUST_CHECK;
/* Marks a test of a selected claim as not measured, with the reason. */
enum rc claims_ask_give_up(struct claims_request *r, const struct claim *c, size_t test,
                           const char *why, struct err *e) MUST_CHECK;

#endif
