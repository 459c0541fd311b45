#include "cli/gate_plan.h"

#include "base/quantity.h"
#include "cli/plan_text.h"

#include <stdio.h>

static const double PERCENT = 100;

static void print_limits(const struct gate_plan *g)
{
    const struct gate_limits *l = g->limits;
    (void)printf("Gated: median latency (%.3g %%), p99 (%.3g %%), throughput (%.3g %%) and exact "
                 "sizes (%.3g %%), where they are measured: ",
                 PERCENT * l->latency_p50, PERCENT * l->latency_p99, PERCENT * l->throughput,
                 PERCENT * l->bytes);
    if (g->cases == 0)
        (void)printf("no noisy case here.\n");
    else
        (void)printf("%zu noisy case%s, for which %zu blocks are the fewest.\n", g->cases,
                     g->cases == 1 ? "" : "s", g->blocks_needed);
}

void gate_plan_print(const struct gate_plan *g)
{
    char least[QUANTITY_TEXT], again[QUANTITY_TEXT], most[QUANTITY_TEXT];
    (void)printf("baseline   %s\ncandidate  %s\n\nMain stage\n", g->baseline, g->candidate);
    plan_print(g->main);
    (void)printf("\nNull control: the baseline runs twice in every block; where it differs from "
                 "itself, the gate says UNRELIABLE.\n");
    print_limits(g);
    (void)printf("Confirmation stage: only of what is worse, arms in reversed order; at most %zu "
                 "trials, about %s.\n",
                 g->again->trial_count, quantity_format_wait(g->again->total_duration_ns, again));
    (void)printf(
        "In all about %s, at most about %s.\n",
        quantity_format_wait(g->main->total_duration_ns, least),
        quantity_format_wait(g->main->total_duration_ns + g->again->total_duration_ns, most));
}
