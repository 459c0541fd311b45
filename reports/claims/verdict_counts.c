#include "reports/claims/verdict_counts.h"

void verdict_count(struct verdict_counts *t, enum verdict v)
{
    t->of[v]++;
    t->all++;
}

enum verdict verdict_of_all(const struct verdict_counts *t)
{
    static const enum verdict order[] = {VERDICT_REFUTED,      VERDICT_VOID,
                                         VERDICT_INCONCLUSIVE, VERDICT_NOT_MEASURED,
                                         VERDICT_SUPPORTED,    VERDICT_NOT_APPLICABLE};
    if (t->of[VERDICT_REFUTED] == 0 && t->of[VERDICT_VOID] == 0 && t->of[VERDICT_SUPPORTED] > 0 &&
        t->of[VERDICT_NOT_APPLICABLE] > 0)
        return VERDICT_INCONCLUSIVE;
    for (size_t i = 0; i < VERDICTS; i++) {
        if (t->of[order[i]] > 0)
            return order[i];
    }
    return VERDICT_NOT_MEASURED;
}

enum verdict verdict_of_one(const struct verdict_counts *t)
{
    static const enum verdict order[] = {VERDICT_SUPPORTED,    VERDICT_VOID,
                                         VERDICT_INCONCLUSIVE, VERDICT_NOT_MEASURED,
                                         VERDICT_REFUTED,      VERDICT_NOT_APPLICABLE};
    for (size_t i = 0; i < VERDICTS; i++) {
        if (t->of[order[i]] > 0)
            return order[i];
    }
    return VERDICT_NOT_MEASURED;
}

enum verdict verdict_in_common(const struct verdict_counts *t)
{
    for (int k = 0; k < VERDICTS; k++)
        if (t->of[k] == t->all && t->all > 0)
            return (enum verdict)k;
    return t->of[VERDICT_VOID] > 0 ? VERDICT_VOID : VERDICT_INCONCLUSIVE;
}
