#include "reports/record/outcome.h"

#include "reports/record/record.h"

#include <stdio.h>
#include <string.h>

const struct outcome_row OUTCOMES[OUTCOME_COUNT] = {
    [OUTCOME_REFUSED] = {"refused", "refused"},
    [OUTCOME_LOST] = {"lost", "lost"},
    [OUTCOME_DUPLICATED] = {"duplicated", "duplicated"},
    [OUTCOME_REORDERED] = {"reordered", "reordered"},
    [OUTCOME_CORRUPTED] = {"corrupted", "corrupted"},
    [OUTCOME_UNDECIDED] = {"undecided", "undecided"},
    [OUTCOME_FOREIGN] = {"foreign", "not sent by us"},
};
_Static_assert(OUTCOME_COUNT <= 32, "findings of a workload have 32 bits");

size_t outcome_find(const char *name)
{
    size_t i = 0;
    while (i < OUTCOME_COUNT && strcmp(OUTCOMES[i].name, name) != 0)
        i++;
    return i;
}

void delivery_count(struct delivery *d, size_t outcome, const char *class, int64_t n)
{
    d->outcome[outcome] += n;
    if (class[0] == '\0')
        return;
    struct outcome_class *c = d->classes;
    const struct outcome_class *last = &d->classes[OUTCOME_CLASSES - 1];
    while (c < last && c->name[0] != '\0' &&
           (c->outcome != (int32_t)outcome || strcmp(c->name, class) != 0))
        c++;
    bool taken =
        c->name[0] != '\0' && (c->outcome != (int32_t)outcome || strcmp(c->name, class) != 0);
    (void)snprintf(c->name, sizeof c->name, "%s", taken ? "others" : class);
    c->outcome = (int32_t)outcome;
    c->n += n;
}

struct delivery delivery_faults(const struct delivery *d, unsigned findings)
{
    struct delivery faults = *d;
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        if ((findings & (1U << i)) != 0)
            faults.outcome[i] = 0;
    return faults;
}

bool delivery_perfect(const struct delivery *d)
{
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        if (d->outcome[i] != 0)
            return false;
    return true;
}

void delivery_add(struct delivery *sum, const struct delivery *d)
{
    sum->sent += d->sent;
    sum->acknowledged += d->acknowledged;
    sum->received += d->received;
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        sum->outcome[i] += d->outcome[i];
    for (size_t i = 0; i < OUTCOME_CLASSES && d->classes[i].name[0] != '\0'; i++) {
        const struct outcome_class *c = &d->classes[i];
        sum->outcome[c->outcome] -= c->n; /* counted above already */
        delivery_count(sum, (size_t)c->outcome, c->name, c->n);
    }
}

char *delivery_say(const struct delivery *d, char *text)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < OUTCOME_COUNT && used < RECORD_WHY_MAX; i++) {
        long long count = (long long)d->outcome[i];
        if (count == 0)
            continue;
        int n = used == 0 ? snprintf(text, RECORD_WHY_MAX, "%lld of %lld records %s", count,
                                     (long long)d->sent, OUTCOMES[i].says)
                          : snprintf(text + used, RECORD_WHY_MAX - used, ", %lld %s", count,
                                     OUTCOMES[i].says);
        used += n > 0 ? (size_t)n : 0;
    }
    if (used == 0 && d->sent > 0 && d->received == 0) /* of a workload without Kafka */
        (void)snprintf(text, RECORD_WHY_MAX, "all %lld records were made, and sent nowhere",
                       (long long)d->sent);
    else if (used == 0)
        (void)snprintf(text, RECORD_WHY_MAX,
                       "all %lld records arrived once, in order and unchanged", (long long)d->sent);
    return text;
}
