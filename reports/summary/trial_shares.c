#include "reports/summary/trial_shares.h"

#include "base/json_writer.h"

#include <stdio.h>

void trial_shares_count(struct trial_shares *s, const struct trial_record *r, bool to)
{
    struct share *of = to ? &s->to : &s->from;
    if (r->validity == TRIAL_REFUSED) {
        *(to ? &s->to_refused : &s->from_refused) += 1;
        return;
    }
    of->all++;
    of->hits += r->validity == TRIAL_SATURATED;
    if (r->validity != TRIAL_VOID && r->validity != TRIAL_INTERRUPTED)
        return;
    if (s->first_void[0] == '\0')
        (void)snprintf(s->first_void, sizeof s->first_void, "%s: %.100s", r->trial, r->why);
    *(to ? &s->to_void : &s->from_void) += 1;
}

bool trial_shares_matter(const struct trial_shares *s)
{
    return s->to.hits + s->to_void + s->from_void > 0 || trial_shares_refuse_more(s);
}

bool trial_shares_refuse_more(const struct trial_shares *s)
{
    return s->to_refused > s->from_refused;
}

char *trial_shares_text(const struct trial_shares *s, const char *from, const char *to, char *text)
{
    if (s->to_void + s->from_void > 0)
        (void)snprintf(text, TRIAL_SHARES_TEXT,
                       "%zu of %zu trials of %s are void, and %zu of %zu of %s; first %s",
                       s->to_void, s->to.all, to, s->from_void, s->from.all, from, s->first_void);
    else if (trial_shares_refuse_more(s))
        (void)snprintf(text, TRIAL_SHARES_TEXT,
                       "%zu trials of %s were refused, and %zu of %s: they were never tried",
                       s->to_refused, to, s->from_refused, from);
    else
        (void)snprintf(text, TRIAL_SHARES_TEXT,
                       "%zu of %zu trials of %s are saturated, and %zu of %zu of %s, p %.2g",
                       s->to.hits, s->to.all, to, s->from.hits, s->from.all, from,
                       fisher_more(s->from, s->to));
    return text;
}

void trial_shares_write(const struct trial_shares *s, struct json_writer *w)
{
    json_write_int(w, "saturated_from", (int64_t)s->from.hits);
    json_write_int(w, "saturated_to", (int64_t)s->to.hits);
    json_write_int(w, "void_from", (int64_t)s->from_void);
    json_write_int(w, "void_to", (int64_t)s->to_void);
    json_write_int(w, "refused_from", (int64_t)s->from_refused);
    json_write_int(w, "refused_to", (int64_t)s->to_refused);
}
