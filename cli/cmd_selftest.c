/* assay selftest aa|slowdown: the decision machine, put to the test on this machine. */
#include "base/quantity.h"
#include "bench/selftest/selftest.h"
#include "cli/commands.h"
#include "cli/run_args.h"

#include <stdio.h>
#include <string.h>

enum { SIMULATED = 400, SIMULATED_QUICK = 200, REAL = 20, REAL_QUICK = 5 };
enum { REPETITIONS = 10, REPETITIONS_QUICK = 3, MOST = 100000, MOST_REAL = 150 };

static const struct option_row OPTIONS[] = {
    {"--quick", NULL, NULL, "fewer of everything, for CI", false},
    {"--simulated", NULL, "N", "aa: seeds of made-up records (default 400; 0: none)", false},
    {"--comparisons", NULL, "N", "aa: real comparisons (default 20; 0: no broker)", false},
    {"--repetitions", NULL, "N", "slowdown: of every injected delay (default 10)", false},
    {"--out", NULL, "DIR", "result folder; must not hold results yet", false},
    {"--bootstrap", NULL, "HOST:PORT", "use this cluster instead of an embedded broker", false},
    {"--client-config", NULL, "FILE", "properties of the cluster: TLS, SASL, anything", false},
    {"--property", "-X", "KEY=VALUE", "one property of librdkafka", true},
    {"--pin", NULL, NULL, "give sender, receiver and broker their own cores", false},
    {"--heap", NULL, "SIZE", "heap of the embedded broker", false},
    {"--quiet", "-q", NULL, "no progress", false},
    {NULL, NULL, NULL, NULL, false},
};

static enum rc read_count(const struct args *a, const char *option, int64_t least, int64_t most,
                          size_t *out, struct err *e)
{
    int64_t n = 0;
    const char *value = args_value(a, option);
    if (value == NULL)
        return RC_OK;
    if (quantity_int(value, least, most, &n, e) != RC_OK)
        return err_wrap(e, "%s", option);
    *out = (size_t)n;
    return RC_OK;
}

/* The last line; what kept it from an end is said by its error alone. */
static void conclude(const char *what, enum rc rc)
{
    if (rc == RC_OK)
        (void)printf("selftest %s: passed\n", what);
    else if (rc == RC_UNDECIDED)
        (void)printf("selftest %s: FAILED\n", what);
}

/* A self-test that needs a broker: only now the options of a run are read. */
static enum rc run_real(const struct selftest_request *given, const struct args *a,
                        enum rc (*test)(const struct selftest_request *r, struct err *e),
                        struct err *e)
{
    struct run_args run;
    struct selftest_request r = *given;
    enum rc rc = run_args_read(a, &run, e);
    if (rc != RC_OK)
        return rc;
    r.run = &run.request;
    r.listener = run.request.listener;
    rc = test(&r, e);
    progress_end(&run.progress);
    run_args_release(&run);
    return rc;
}

static enum rc read_counts(const struct args *a, struct selftest_request *r, struct err *e)
{
    enum rc rc = read_count(a, "--simulated", 0, MOST, &r->simulated, e);
    if (rc == RC_OK)
        rc = read_count(a, "--comparisons", 0, MOST_REAL, &r->comparisons, e);
    if (rc == RC_OK)
        rc = read_count(a, "--repetitions", 1, MOST_REAL / 2, &r->repetitions, e);
    return rc;
}

static enum rc run_selftest(const struct args *a, struct err *e)
{
    bool quick = args_has(a, "--quick");
    struct progress p;
    struct selftest_request r = {.listener = {progress_line, progress_show, &p},
                                 .simulated = quick ? SIMULATED_QUICK : SIMULATED,
                                 .comparisons = quick ? REAL_QUICK : REAL,
                                 .repetitions = quick ? REPETITIONS_QUICK : REPETITIONS,
                                 .quick = quick};
    progress_start(&p, args_has(a, "--quiet"));
    enum rc rc = read_counts(a, &r, e);
    if (rc != RC_OK)
        return rc;
    const char *what = a->operand_count == 1 ? a->operands[0] : "";
    if (strcmp(what, "slowdown") == 0) {
        rc = run_real(&r, a, selftest_slowdown, e);
        conclude(what, rc);
        return rc;
    }
    if (strcmp(what, "aa") != 0)
        return err_set(e, RC_INPUT, "selftest: takes one operand, aa or slowdown");
    if (r.simulated > 0)
        rc = selftest_simulated(&r, e);
    if (rc == RC_OK && r.comparisons > 0)
        rc = run_real(&r, a, selftest_aa, e);
    if (r.simulated > 0 || r.comparisons > 0)
        conclude(what, rc);
    return rc;
}

const struct command CMD_SELFTEST = {
    .name = "selftest",
    .operands = "aa|slowdown",
    .says = "prove on this machine that verdicts call what is there and nothing else",
    .about =
        "aa: made-up records without any difference go the way of measured ones through gate,\n"
        "comparison and claim, and at most 5 % may be called a difference; then the same client\n"
        "is compared with itself on a real broker, 20 times 6 blocks: 5 or more calls fail.\n"
        "slowdown: the noise is estimated from A/A; then the sender really waits before each\n"
        "record, for half, once and twice the minimum detectable effect. Twice must be found in\n"
        "90 % of the repetitions; the smallest that was is printed.\n"
        "\n"
        "Exit codes: 0 fine, 2 usage, 3 the self-test failed, 5 broker or disk, 130 Ctrl-C.",
    .examples = "  assay selftest aa\n"
                "  assay selftest aa --comparisons 0     # no broker: simulated only\n"
                "  assay selftest slowdown --quick",
    .options = OPTIONS,
    .run = run_selftest,
};
