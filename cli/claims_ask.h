/*
 * What is learnt without a trial: probes are tried and other people's clients run, on one broker,
 * and each answer is written into the folder's claims.json at once.
 *
 * Threads: main only.
 */
#ifndef ASSAY_CLI_CLAIMS_ASK_H
#define ASSAY_CLI_CLAIMS_ASK_H

#include "cli/claims_request.h"
#include "cli/progress.h"

struct claims_ask {
    struct claims_request *request;
    struct progress *progress;
    struct folder *folder;
    const struct ground *ground; /* NULL: there is no broker; what needs none is asked */
    const volatile sig_atomic_t *stop;
};

/* Whether a selected claim has an unanswered test of this kind that was not switched off. */
bool claims_ask_any(const struct claims_request *r, enum test_kind kind);
/* Whether any of them needs a broker. */
bool claims_ask_needs_broker(const struct claims_request *r);

/* About how long all that is asked takes: probes, and other people's clients whose environments are
 * made already. */
int64_t claims_ask_expected_ns(const struct claims_request *r);
/* Of one test; 0: it is not asked. Tests of the same client share its time. */
int64_t claims_ask_test_ns(const struct claims_request *r, const struct claim *c, size_t test);

enum rc claims_ask_probes(const struct claims_ask *a, struct err *e) MUST_CHECK;
enum rc claims_ask_clients(const struct claims_ask *a, struct err *e) MUST_CHECK;
/* Marks a test of a selected claim as not measured, with the reason. */
enum rc claims_ask_note(struct claims_request *r, const struct claim *c, size_t test,
                        const char *why, struct err *e) MUST_CHECK;

#endif
