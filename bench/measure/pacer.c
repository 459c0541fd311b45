#include "bench/measure/pacer.h"

static bool advance_at_rate(struct pacer *p)
{
    double gap_ns = p->mean_gap_ns * rng_exponential(&p->rng);
    p->due_ns += gap_ns > p->cap_gap_ns ? gap_ns : p->cap_gap_ns;
    return true;
}

/* To the step in which at_ns lies; false: it lies after the last. */
static bool enter_step(struct pacer *p, double at_ns)
{
    while (p->step < p->step_count && at_ns >= p->step_ends_ns) {
        p->step++;
        if (p->step < p->step_count)
            p->step_ends_ns += (double)p->steps[p->step].ns;
    }
    return p->step < p->step_count;
}

/* The records expected until the next one are exponential; each step brings its rate of them. */
static bool advance_by_steps(struct pacer *p)
{
    double left = rng_exponential(&p->rng);
    double at_ns = p->due_ns;
    while (enter_step(p, at_ns)) {
        double per_ns = p->steps[p->step].rate_per_s / NS_PER_S;
        double in_step = per_ns * (p->step_ends_ns - at_ns);
        if (left < in_step) {
            at_ns += left / per_ns;
            break;
        }
        left -= in_step;
        at_ns = p->step_ends_ns;
    }
    if (at_ns < p->due_ns + p->cap_gap_ns)
        at_ns = p->due_ns + p->cap_gap_ns;
    p->due_ns = at_ns;
    return enter_step(p, at_ns);
}

void pacer_start(struct pacer *p, const struct load *load, double max_rate_per_s, uint64_t seed,
                 struct instant start)
{
    *p = (struct pacer){.start_ns = start.ns,
                        .steps = load->steps,
                        .step_count = load->step_count,
                        .stop_ns = INT64_MAX};
    rng_init(&p->rng, seed, 0x70616365); /* a stream of its own: "pace" */
    if (load->step_count > 0) {
        p->step_ends_ns = (double)load->steps[0].ns;
        p->advance = advance_by_steps;
    } else if (load_by_clock(load)) {
        p->mean_gap_ns = 1e9 / load->rate_per_s;
        p->advance = advance_at_rate;
    }
    if (p->advance != NULL)
        p->over = !p->advance(p);
    if (max_rate_per_s > 0)
        p->cap_gap_ns = 1e9 / max_rate_per_s;
}

void pacer_end_after(struct pacer *p, int64_t window_ns)
{
    enum { LATE_PART = 20 };
    if (window_ns == 0)
        return;
    p->stop_ns = p->start_ns + window_ns;
    p->late_ns = p->advance != NULL ? window_ns / LATE_PART : 0;
}

static int64_t capped_now(struct pacer *p, struct instant now)
{
    struct instant due = {.ns = p->start_ns + (int64_t)p->due_ns};
    if (now.ns < due.ns) {
        clock_sleep_until(due);
        now = clock_now();
    }
    p->due_ns += p->cap_gap_ns;
    return now.ns;
}

int64_t pacer_next(struct pacer *p)
{
    struct instant now = clock_now();
    if (p->over || now.ns - p->late_ns >= p->stop_ns)
        return PACER_OVER;
    if (p->advance == NULL)
        return p->cap_gap_ns > 0 ? capped_now(p, now) : now.ns;
    struct instant due = {.ns = p->start_ns + (int64_t)p->due_ns};
    p->phase = p->step;
    p->over = !p->advance(p) || due.ns >= p->stop_ns;
    if (now.ns < due.ns) /* one who is behind does not ask the kernel to sleep */
        clock_sleep_until(due);
    return due.ns;
}

size_t pacer_phase(const struct pacer *p)
{
    return p->phase;
}
