#include "bench/measure/pacer.h"

void pacer_start(struct pacer *p, const struct load *load, double max_rate_per_s, uint64_t seed,
                 struct instant start)
{
    *p = (struct pacer){.start_ns = start.ns};
    rng_init(&p->rng, seed, 0x70616365); /* a stream of its own: "pace" */
    if (load->kind == LOAD_OPEN)
        p->mean_gap_ns = 1e9 / load->rate_per_s;
    if (max_rate_per_s > 0)
        p->cap_gap_ns = 1e9 / max_rate_per_s;
    if (p->mean_gap_ns > 0)
        p->due_ns = p->mean_gap_ns * rng_exponential(&p->rng);
}

static int64_t capped_now(struct pacer *p)
{
    struct instant due = {.ns = p->start_ns + (int64_t)p->due_ns};
    struct instant now = clock_now();
    if (now.ns < due.ns) {
        clock_sleep_until(due);
        now = clock_now();
    }
    p->due_ns += p->cap_gap_ns;
    return now.ns;
}

int64_t pacer_next(struct pacer *p)
{
    if (p->mean_gap_ns == 0)
        return p->cap_gap_ns > 0 ? capped_now(p) : clock_now().ns;
    struct instant due = {.ns = p->start_ns + (int64_t)p->due_ns};
    double gap_ns = p->mean_gap_ns * rng_exponential(&p->rng);
    p->due_ns += gap_ns > p->cap_gap_ns ? gap_ns : p->cap_gap_ns;
    if (clock_now().ns < due.ns) /* one who is behind does not ask the kernel to sleep */
        clock_sleep_until(due);
    return due.ns;
}
