#include "bench/plan/plan_background.h"

#include "base/clock.h"
#include "bench/plan/estimate.h"

#include <stdio.h>

enum { SLACK = 2 }; /* an estimate of time is rough */

const struct plan_background *plan_background_find(const struct plan *p,
                                                   const struct background *as)
{
    for (size_t i = 0; i < p->background_count; i++)
        if (p->backgrounds[i].as == as)
            return &p->backgrounds[i];
    return NULL;
}

void plan_background_add(struct plan_cell *c)
{
    const struct plan_cell *b = &c->background->plan.cells[0];
    struct plan_estimate *x = &c->estimate;
    double per_s = load_by_clock(&b->load) ? b->load.rate_per_s : estimate_capacity(b);
    double bytes = (double)b->estimate.disk_bytes / (double)b->records_max;
    double time_ns = (double)x->duration_ns + (double)b->warmup_records / per_s * NS_PER_S;
    if (b->refused[0] != '\0' && c->refused[0] == '\0')
        (void)snprintf(c->refused, sizeof c->refused, "background: %.*s", PLAN_REFUSED - 13,
                       b->refused);
    x->disk_bytes += (int64_t)(SLACK * per_s * time_ns / NS_PER_S * bytes);
    x->duration_ns = (int64_t)time_ns + (int64_t)(NS_PER_S / per_s);
    x->image_bytes += b->estimate.image_bytes + b->estimate.ledger_bytes;
    if (b->estimate.broker_heap > x->broker_heap)
        x->broker_heap = b->estimate.broker_heap;
    if (c->background->as->same_topic && b->message_max_bytes > c->message_max_bytes)
        c->message_max_bytes = b->message_max_bytes;
}
