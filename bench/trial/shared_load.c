#include "bench/trial/shared_load.h"

void shared_load_fill(const struct flow *f, struct shared_load *out)
{
    const struct load *l = &f->o->cell->load;
    *out = (struct shared_load){
        .as = *l, .max_rate_per_s = f->g->max_rate_per_s, .seed = f->o->trial->seed};
    if (load_by_clock(l))
        out->as.rate_per_s = f->o->rate_per_s;
    for (size_t i = 0; i < l->step_count; i++)
        out->steps[i] = l->steps[i];
    out->as.steps = NULL;
    out->as.trace = NULL;
}

struct load shared_load_start(const struct shared_load *l, bool warm_up, uint64_t next,
                              struct instant start, struct pacer *p)
{
    struct load load = l->as;
    load.steps = load.step_count > 0 ? l->steps : NULL;
    if (warm_up)
        load = load_of_warm_up(&load);
    pacer_start(p, &load, l->max_rate_per_s, l->seed + next, start);
    return load;
}
