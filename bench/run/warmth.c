#include "bench/run/warmth.h"

static bool same_codec(struct codec_spec a, struct codec_spec b)
{
    return a.codec == b.codec && codec_spec_level(a) == codec_spec_level(b);
}

/* Whether what warms a broker for one warms it for the other. */
static bool same_warmth(const struct plan_cell *a, const struct plan_cell *b)
{
    return a->brokers == b->brokers && same_codec(a->choice, b->choice);
}

static bool is_warm(const struct testbed_warmth *w, const struct plan_cell *c)
{
    for (size_t i = 0; i < w->count; i++)
        if (same_codec(w->codec[i], c->choice))
            return true;
    return false;
}

/* Whether it runs on a broker, and one that is warmed. */
static bool wants_warmth(struct testbed *tb, const struct plan_cell *c)
{
    return (testbed_needs_of(c) & TESTBED_CLUSTERS) != 0 && !testbed_warmth(tb, c->brokers)->off;
}

bool warmth_lacks(struct testbed *tb, const struct plan *p, const bool *used, size_t cell)
{
    const struct plan_cell *c = &p->cells[cell];
    if (!used[cell] || !wants_warmth(tb, c) || is_warm(testbed_warmth(tb, c->brokers), c))
        return false;
    for (size_t i = 0; i < cell; i++)
        if (used[i] && same_warmth(&p->cells[i], &p->cells[cell]))
            return false;
    return true;
}

bool warmth_lacks_background(struct testbed *tb, const struct plan *p, const bool *used,
                             size_t cell)
{
    bool first =
        used[cell] && p->cells[cell].background != NULL && wants_warmth(tb, &p->cells[cell]);
    for (size_t i = 0; first && i < cell; i++)
        first = !used[i] || p->cells[i].brokers != p->cells[cell].brokers ||
                p->cells[i].background != p->cells[cell].background;
    return first;
}
