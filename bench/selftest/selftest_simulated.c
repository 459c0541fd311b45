#include "bench/selftest/selftest.h"
#include "reports/claims/verdict.h"
#include "reports/gate/gate_cases.h"
#include "reports/gate/simulated.h"

#include <math.h>

enum { GROUPS = 4, BLOCKS = 12, MOST_IN = 20 }; /* at most one in twenty may be called */
static const double NOISE = 0.03, DRIFT = 0.05;

/* Of how many seeds a difference was called. */
struct call_counts {
    size_t seeds;
    size_t gate_differs;  /* candidate or null control, main stage, before limits */
    size_t gate_null;     /* of these, the null control: said UNRELIABLE */
    size_t gate_failed;   /* all four conditions */
    size_t folders;       /* a difference to the reference arm */
    size_t claim_decided; /* SUPPORTED or REFUTED */
};

static struct simulated nothing(uint64_t seed, const char *after)
{
    return (struct simulated){.seed = seed,
                              .groups = GROUPS,
                              .blocks = BLOCKS,
                              .noise = NOISE,
                              .drift = DRIFT,
                              .slower = 1,
                              .bytes = 1,
                              .unsteady = 1,
                              .after = after};
}

static bool is_called(const struct effect *f)
{
    return f->word == EFFECT_BETTER || f->word == EFFECT_WORSE;
}

static enum rc judge_gate(struct results *r, uint64_t seed, struct gate *g, struct err *e)
{
    size_t suspects = 0;
    struct simulated again = nothing(seed, GATE_AGAIN);
    struct gate_limits limits = gate_limits_of_table();
    enum rc rc = gate_cases_of_job(r, &limits, g, e);
    if (rc == RC_OK)
        rc = gate_judge(g, &suspects, e);
    if (rc == RC_OK && suspects > 0)
        rc = simulated_job(&again, r, e);
    if (rc == RC_OK && suspects > 0)
        rc = gate_cases_confirm(r, g, e);
    return rc == RC_OK ? gate_decide(g, e) : rc;
}

static enum rc try_gate(uint64_t seed, struct call_counts *t, struct err *e)
{
    struct results r = {.count = 0};
    struct gate g = {.count = 0};
    struct simulated s = nothing(seed, "");
    bool candidate = false, null = false;
    enum rc rc = simulated_job(&s, &r, e);
    if (rc == RC_OK)
        rc = judge_gate(&r, seed, &g, e);
    for (size_t i = 0; rc == RC_OK && i < g.count; i++) {
        candidate = candidate || is_called(&g.cases[i].effect[GATE_MAIN]);
        null = null || is_called(&g.cases[i].null[GATE_MAIN]);
    }
    t->gate_differs += candidate;
    t->gate_null += null;
    t->gate_failed += g.outcome == GATE_REGRESSION;
    gate_cases_release(&g);
    results_release(&r);
    return rc;
}

static enum rc try_folders(uint64_t seed, struct call_counts *t, struct err *e)
{
    struct results a = {.count = 0}, b = {.count = 0};
    struct comparison c = {.cell_count = 0};
    struct comparison_options o = {.metrics = NULL};
    struct simulated one = nothing(seed, ""), other = nothing(~seed, "");
    bool called = false;
    enum rc rc = simulated_run(&one, &a, e);
    if (rc == RC_OK)
        rc = simulated_run(&other, &b, e);
    if (rc == RC_OK)
        rc = comparison_of(&a, &b, &o, &c, e);
    for (size_t i = 0; rc == RC_OK && i < c.cell_count; i++)
        for (size_t k = c.cells[i].first; k < c.cells[i].first + c.cells[i].count; k++)
            called = called || (!c.cells[i].reference && is_called(&c.effects[k]));
    t->folders += called && !c.unreliable;
    comparison_release(&c);
    results_release(&a);
    results_release(&b);
    return rc;
}

/* "zstd-3 is faster than gzip-6", of arms that are the same, in every stratum. */
static enum rc try_claim(uint64_t seed, struct call_counts *t, struct err *e)
{
    char metric[] = "e2e_p50_ns", from[] = "gzip-6", to[] = "zstd-3", scenario[] = "simulated";
    char id[] = "A/A", words[] = "zstd-3 is faster", none[] = "";
    struct claim_test test = {.kind = TEST_CHANGE,
                              .says = none,
                              .metric = metric,
                              .from = from,
                              .to = to,
                              .scenario = scenario,
                              .scenario_full = scenario,
                              .band = {.weak = 0, .strong = NAN, .falling = true}};
    struct claim claim = {.id = id,
                          .document = none,
                          .words = words,
                          .trap = none,
                          .map = none,
                          .file = none,
                          .tests = &test,
                          .test_count = 1};
    struct results r = {.count = 0};
    struct judge_options o = {.results = &r, .blocks_planned = BLOCKS};
    struct claim_verdict v = {.stratum_count = 0};
    struct simulated s = nothing(seed, "");
    enum rc rc = simulated_run(&s, &r, e);
    if (rc == RC_OK)
        rc = claim_verdict_begin(&claim, &v, e);
    if (rc == RC_OK)
        rc = claim_judge(&o, &v, e);
    bool decided = v.verdict == VERDICT_SUPPORTED || v.verdict == VERDICT_REFUTED;
    t->claim_decided += rc == RC_OK && decided;
    claim_verdict_release(&v);
    results_release(&r);
    return rc;
}

static double most_calls(size_t seeds)
{
    size_t whole = seeds / MOST_IN;
    return (double)whole;
}

/* The null control, and two folders, are called at a true rate just below 5 %: they fail only when
 * more than chance (three standard errors of the count) lies between. */
static double most_by_chance(size_t seeds)
{
    double expected = (double)seeds / MOST_IN;
    return expected + 3 * sqrt(expected);
}

static bool tell_count(const struct run_listener *l, const char *what, size_t calls, double most)
{
    bool fine = (double)calls <= most;
    run_say(l, SAY_RESULT, "  %-48s %4zu of at most %3.0f  %s", what, calls, floor(most),
            fine ? "ok" : "TOO MANY");
    return fine;
}

/* Whether all counts are within their bounds. */
static bool tell_counts(const struct run_listener *l, const struct call_counts *t)
{
    double most = most_calls(t->seeds);
    run_say(l, SAY_RESULT,
            "simulated A/A, %zu seeds (%d cells, %d blocks, true difference 0): of these were "
            "called",
            t->seeds, GROUPS, BLOCKS);
    bool fine =
        tell_count(l, "gate, candidate differs (Holm over all cells)", t->gate_differs, most);
    fine &= tell_count(l, "gate, null control differs (then UNRELIABLE)", t->gate_null,
                       most_by_chance(t->seeds));
    fine &= tell_count(l, "gate, says REGRESSION", t->gate_failed, most);
    fine &=
        tell_count(l, "two folders, a difference is called", t->folders, most_by_chance(t->seeds));
    fine &= tell_count(l, "universal claim, SUPPORTED or REFUTED", t->claim_decided, most);
    run_say(l, SAY_RESULT,
            "  verdicts of one job: at most 5 %%; null control and two folders: 5 %% and what "
            "chance adds to that");
    return fine;
}

enum rc selftest_simulated(const struct selftest_request *r, struct err *e)
{
    struct call_counts t = {.seeds = r->simulated};
    enum rc rc = RC_OK;
    for (uint64_t seed = 1; rc == RC_OK && seed <= r->simulated; seed++) {
        rc = try_gate(seed, &t, e);
        if (rc == RC_OK)
            rc = try_folders(seed, &t, e);
        if (rc == RC_OK)
            rc = try_claim(seed, &t, e);
    }
    if (rc != RC_OK)
        return rc;
    if (!tell_counts(&r->listener, &t))
        return err_set(e, RC_UNDECIDED,
                       "selftest: more of the simulated A/A comparisons were called than may be");
    return RC_OK;
}
