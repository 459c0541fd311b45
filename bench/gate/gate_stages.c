#include "bench/gate/gate_stages.h"

bool gate_stages_want(const struct gate_stages *s, enum gate_stage stage, size_t group)
{
    if (stage == GATE_MAIN)
        return true;
    for (size_t i = 0; i < s->gate.count; i++)
        if (s->gate.cases[i].outcome == GATE_CASE_SUSPECT &&
            s->gate.cases[i].group == (int64_t)group)
            return true;
    return false;
}

static enum rc end_main(struct gate_stages *s, const struct results *r, struct err *e)
{
    enum rc rc = gate_cases_of_job(r, s->limits, &s->gate, e);
    return rc == RC_OK ? gate_judge(&s->gate, &s->suspects, e) : rc;
}

static enum rc end_confirmation(struct gate_stages *s, const struct results *r, struct err *e)
{
    enum rc rc = gate_cases_confirm(r, &s->gate, e);
    return rc == RC_OK ? gate_decide(&s->gate, e) : rc;
}

enum rc gate_stages_end(struct gate_stages *s, enum gate_stage stage, const struct results *r,
                        struct err *e)
{
    return stage == GATE_MAIN ? end_main(s, r, e) : end_confirmation(s, r, e);
}

void gate_stages_release(struct gate_stages *s)
{
    gate_cases_release(&s->gate);
}
