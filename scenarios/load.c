#include "scenarios/load.h"

#include "base/quantity.h"
#include "scenarios/loader.h"

#include <stdio.h>
#include <stdlib.h>

static void label_open(const struct load *l, char *text, size_t room)
{
    if (l->rate_auto)
        (void)snprintf(text, room, " auto");
    else
        (void)snprintf(text, room, " %.10g/s", l->rate_per_s);
}

static void label_closed(const struct load *l, char *text, size_t room)
{
    (void)snprintf(text, room, " %lld%s", (long long)l->in_flight,
                   l->until_acknowledged ? " to ack" : "");
}

static void label_phases(const struct load *l, char *text, size_t room)
{
    char lasts[QUANTITY_TEXT];
    size_t used = 0;
    for (size_t i = 0; i < l->step_count && used < room; i++) {
        int n = snprintf(text + used, room - used, "%s %.10g/s %s", i > 0 ? "," : "",
                         l->steps[i].rate_per_s, quantity_format_duration(l->steps[i].ns, lasts));
        used += n > 0 ? (size_t)n : 0;
    }
}

static void label_trace(const struct load *l, char *text, size_t room)
{
    char lasts[QUANTITY_TEXT];
    double peak = 0;
    for (size_t i = 0; i < l->step_count; i++)
        peak = l->steps[i].rate_per_s > peak ? l->steps[i].rate_per_s : peak;
    (void)snprintf(text, room, " %.40s %.10gx, peak %.10g/s, %s", l->trace, l->speed, peak,
                   quantity_format_duration(load_duration_ns(l), lasts));
}

#define LOAD_ROW(id, word, chosen_by, clock)                                                       \
    [LOAD_##id] = {.name = #word,                                                                  \
                   .key = (chosen_by),                                                             \
                   .fields = id##_FIELDS,                                                          \
                   .by_clock = (clock),                                                            \
                   .label = label_##word},
const struct load_row LOADS[LOADS_COUNT] = {[LOAD_FLAT_OUT] = {.name = "flat out"},
                                            LOAD_ROWS(LOAD_ROW)};

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
