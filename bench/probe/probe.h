/*
 * Probes: questions about behaviour and boundaries that are answered by trying, not by measuring.
 *
 * "Is a record of 20 971 520 bytes taken?", "is level 13 refused?". One row of PROBES each; a new
 * probe is a new file bench/probe/probe_NAME.c and a line in probe.c. Each row is a statement, in
 * the documents' sense: CONFIRMED when it is what was seen, CONTRADICTED when something else was.
 * A probe tries the thing itself, on the broker at hand, and says what it saw with figures; one
 * that did not come to an answer says why and is never guessed. Topics it makes it deletes; what it
 * changes at the broker (embedded ones only) it puts back.
 * Errors: RC_INFRA and RC_INTERRUPTED end the asking; what is merely refused is an answer.
 * Ownership: plain memory; the context is borrowed. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_PROBE_PROBE_H
#define ASSAY_BENCH_PROBE_PROBE_H

#include "base/err.h"
#include "base/home.h"
#include "bench/testbed/testbed.h"

#include <signal.h>
#include <stdbool.h>

enum { PROBE_TEXT = 1024 };
enum probe_answer { PROBE_CONFIRMED, PROBE_CONTRADICTED, PROBE_NO_ANSWER };
extern const char *const PROBE_ANSWER_NAMES[]; /* "confirmed" "contradicted" "no answer" */

struct probe_context {
    struct testbed *testbed; /* with its cluster; NULL: none, and probes that need none answer */
    const char *topic_prefix;
    const volatile sig_atomic_t *stop;
    const struct home *home; /* where the jars of the console consumer are; NULL: not to be had */
};

struct probe_result {
    enum probe_answer answer;
    char says[PROBE_TEXT]; /* what was tried and what was seen, in a sentence or two */
};

struct probe {
    const char *name; /* in claims: "librdkafka-levels" */
    const char *says; /* the statement that is put to the test, one line */
    bool needs_broker;
    int expected_s; /* about how long it takes, as measured on two cores; for plans */
    enum rc (*run)(const struct probe_context *g, struct probe_result *out, struct err *e);
};
extern const struct probe *const PROBES[]; /* NULL-terminated */
const struct probe *probe_find(const char *name);

/* Runs one. PROBE_NO_ANSWER with the reason when it needs a broker and g has none. */
enum rc probe_ask(const struct probe *p, const struct probe_context *g, struct probe_result *out,
                  struct err *e) MUST_CHECK;
/* Fills out in one statement: returns RC_OK. Text past PROBE_TEXT is cut. */
enum rc probe_answered(struct probe_result *out, enum probe_answer answer, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

#endif
