#include "scenarios/load.h"

#include "scenarios/loader.h"

#include <stdlib.h>

const struct load_row LOADS[LOADS_COUNT] = {
    [LOAD_FLAT_OUT] = {.name = "flat out"},
    [LOAD_OPEN] = {.name = "open", .key = "rate", .fields = OPEN_FIELDS, .by_clock = true},
    [LOAD_CLOSED] = {.name = "closed", .key = "in_flight", .fields = CLOSED_FIELDS},
    [LOAD_PHASES] = {.name = "phases", .key = "phases", .fields = PHASES_FIELDS, .by_clock = true},
    [LOAD_TRACE] = {.name = "trace", .key = "trace", .fields = TRACE_FIELDS, .by_clock = true},
};

bool load_by_clock(const struct load *l)
{
    return LOADS[l->kind].by_clock;
}

bool load_is_paced(const struct load *l)
{
    return load_by_clock(l) || l->in_flight > 0;
}

int64_t load_duration_ns(const struct load *l)
{
    int64_t ns = 0;
    for (size_t i = 0; i < l->step_count; i++)
        ns += l->steps[i].ns;
    return ns;
}

void load_release(struct load *l)
{
    free((void *)(uintptr_t)l->steps);
    free(l->trace);
}

struct load load_of_warm_up(const struct load *l)
{
    size_t i = 0;
    if (l->step_count == 0)
        return *l;
    while (i + 1 < l->step_count && l->steps[i].rate_per_s <= 0)
        i++;
    return (struct load){.kind = LOAD_OPEN, .rate_per_s = l->steps[i].rate_per_s};
}
