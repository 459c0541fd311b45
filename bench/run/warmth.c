#include "bench/run/warmth.h"

static bool same_codec(struct codec_spec a, struct codec_spec b)
{
    return a.codec == b.codec && codec_spec_level(a) == codec_spec_level(b);
}

static bool is_warm(const struct testbed_warmth *w, const struct plan_cell *c)
{
    for (size_t i = 0; i < w->count; i++)
        if (same_codec(w->codec[i], c->choice))
            return true;
    return false;
}

bool warmth_lacks(const struct testbed_warmth *w, const struct plan *p, const bool *used,
                  size_t cell)
{
    if (!used[cell] || is_warm(w, &p->cells[cell]))
        return false;
    for (size_t i = 0; i < cell; i++)
        if (used[i] && same_codec(p->cells[i].choice, p->cells[cell].choice))
            return false;
    return true;
}

bool warmth_lacks_background(const struct plan *p, const bool *used, size_t cell)
{
    bool first = used[cell] && p->cells[cell].background != NULL;
    for (size_t i = 0; first && i < cell; i++)
        first = !used[i] || p->cells[i].background != p->cells[cell].background;
    return first;
}
