/* verdicts.json. */
#include "base/json_writer.h"
#include "reports/claims/verdicts.h"

#include <math.h>

static void put_number(struct json_writer *w, const char *name, double v)
{
    if (isfinite(v))
        json_write_real(w, name, v);
    else
        json_write_null(w, name);
}

static const char *const ESTIMATE_WORDS[] = {
    [ESTIMATE_KNOWN] = "known",
    [ESTIMATE_AT_LEAST] = "at least",
    [ESTIMATE_AT_MOST] = "at most",
};

static void put_stratum(struct json_writer *w, const struct claim_verdict *v,
                        const struct stratum *s)
{
    json_write_object(w, NULL);
    json_write_int(w, "test", (int64_t)s->test);
    json_write_text(w, "label", s->label);
    json_write_text(w, "payload", s->payload);
    json_write_text(w, "size", s->size);
    json_write_text(w, "codec", s->codec);
    json_write_text(w, "encoding", s->encoding);
    json_write_text(w, "batching", s->batching);
    json_write_text(w, "load", s->load);
    json_write_text(w, "link", s->link);
    json_write_text(w, "metric", v->claim->tests[s->test].metric);
    json_write_text(w, "from", s->from);
    json_write_text(w, "to", s->to);
    json_write_text(w, "verdict", VERDICT_NAMES[s->verdict]);
    json_write_text(w, "detail", s->detail);
    json_write_text(w, "why", s->why);
    json_write_bool(w, "exact", s->exact);
    json_write_bool(w, "relative", s->relative);
    put_number(w, "estimate", s->estimate);
    json_write_text(w, "estimate_is", ESTIMATE_WORDS[s->estimate_is]);
    put_number(w, "low", s->lo);
    put_number(w, "high", s->hi);
    put_number(w, "alpha", s->alpha);
    put_number(w, "p_against", s->p_refute);
    put_number(w, "p_for", s->p_support);
    put_number(w, "minimum_detectable", s->detectable);
    json_write_int(w, "pairs", (int64_t)s->pairs);
    json_write_int(w, "starts", (int64_t)s->starts);
    put_number(w, "start_least", s->start_least);
    put_number(w, "start_most", s->start_most);
    json_write_int(w, "censored", (int64_t)s->censored);
    json_write_int(w, "blocks_to_decide", (int64_t)s->blocks_to_decide);
    json_write_text(w, "first_trial", s->first_trial);
    json_write_text(w, "last_trial", s->last_trial);
    json_write_text(w, "codec_evidence", s->evidence);
    json_write_close(w);
}

static void put_test(struct json_writer *w, const struct claim_verdict *v, size_t i)
{
    const struct claim_test *t = &v->claim->tests[i];
    json_write_object(w, NULL);
    json_write_text(w, "kind", TEST_KIND_NAMES[t->kind]);
    json_write_text(w, "says", t->says);
    json_write_text(w, "band", t->band.words != NULL ? t->band.words : "");
    json_write_bool(w, "any_stratum", t->any_stratum);
    json_write_bool(w, "typical", t->typical);
    json_write_bool(w, "remark", t->remark);
    json_write_text(w, "verdict", VERDICT_NAMES[claim_test_verdict(v, i)]);
    json_write_close(w);
}

static void put_claim(struct json_writer *w, const struct claim_verdict *v)
{
    struct test_part part = claim_verdict_part(v);
    json_write_object(w, NULL);
    json_write_text(w, "id", v->claim->id);
    json_write_text(w, "document", v->claim->document);
    json_write_text(w, "words", v->claim->words);
    json_write_text(w, "verdict", VERDICT_NAMES[v->verdict]);
    json_write_text(w, "detail", v->detail);
    if (part.left_out > 0) {
        json_write_text(w, "in_part", VERDICT_NAMES[v->in_part]);
        json_write_int(w, "strata_asked", (int64_t)part.asked);
        json_write_int(w, "strata_left_out", (int64_t)part.left_out);
    }
    json_write_array(w, "tests");
    for (size_t i = 0; i < v->claim->test_count; i++)
        put_test(w, v, i);
    json_write_close(w);
    json_write_array(w, "strata");
    for (size_t i = 0; i < v->stratum_count; i++)
        put_stratum(w, v, &v->strata[i]);
    json_write_close(w);
    json_write_array(w, "findings");
    for (size_t i = 0; i < v->finding_count; i++) {
        json_write_object(w, NULL);
        json_write_int(w, "test", (int64_t)v->findings[i].test);
        json_write_text(w, "verdict", VERDICT_NAMES[v->findings[i].verdict]);
        json_write_text(w, "text", v->findings[i].text);
        json_write_close(w);
    }
    json_write_close(w);
    json_write_close(w);
}

enum rc verdicts_write_json(const struct verdicts *v, struct buf *out, struct err *e)
{
    struct json_writer w;
    json_writer_init(&w, out, JSON_INDENTED);
    json_write_object(&w, NULL);
    json_write_text(&w, "schema", VERDICTS_SCHEMA);
    json_write_int(&w, "trials", (int64_t)v->trials);
    json_write_bool(&w, "full", v->full);
    if (v->only[0] != '\0')
        json_write_text(&w, "only", v->only);
    if (v->note[0] != '\0')
        json_write_text(&w, "note", v->note);
    json_write_object(&w, "counts");
    for (int k = 0; k < VERDICTS; k++)
        json_write_int(&w, VERDICT_NAMES[k], (int64_t)v->of[k]);
    json_write_close(&w);
    json_write_array(&w, "claims");
    for (size_t i = 0; i < v->count; i++)
        put_claim(&w, &v->all[i]);
    json_write_close(&w);
    json_write_close(&w);
    enum rc rc = json_writer_end(&w, e);
    return rc == RC_OK ? buf_append(out, "\n", 1, e) : rc;
}
