/* Defaults that depend on other keys, and what does not go together. */
#define _GNU_SOURCE
#include "scenarios/loader.h"

#include "base/clock.h"
#include "base/quantity.h"
#include "scenarios/sweep.h"

#include <stdlib.h>
#include <string.h>

enum { RECORDS_STANDARD = 10000 };
static const int64_t EXACT_LINGER_NS = 60LL * NS_PER_S;

/* The node to blame for a key: its own, or the whole scenario when it was not given. */
static const struct node *blame(const struct draft *d, const char *key)
{
    const struct node *n = node_find(d->top, key);
    return n != NULL ? n : d->top;
}

static bool given(const struct draft *d, const char *key)
{
    return node_find(d->top, key) != NULL;
}

static void fill_lengths(struct draft *d)
{
    struct scenario *s = &d->s;
    s->records_standard = s->records == 0 && s->duration_ns == 0 && s->measure_bytes == 0;
    if (s->records_standard)
        s->records = RECORDS_STANDARD;
    if (!given(d, "warmup"))
        s->warmup_records = s->exact ? 0 : WARM_UP_SHARED;
}

/* Loads that end by themselves know how long a trial is. */
static enum rc check_duration(const struct draft *d, struct err *e)
{
    char lasts[QUANTITY_TEXT];
    for (size_t i = 0; d->s.duration_ns > 0 && i < d->s.load_count; i++)
        if (d->s.loads[i].step_count > 0)
            return node_refuse(
                blame(d, "duration"), e,
                "found a duration with a load that lasts %s by itself; expected none",
                quantity_format_duration(load_duration_ns(&d->s.loads[i]), lasts));
    return RC_OK;
}

/* --- exact --- */

static enum rc check_exact_batching(const struct draft *d, struct err *e)
{
    const struct node *n = node_find(d->top, "batching");
    if (n == NULL)
        return node_refuse(d->top, e,
                           "exact: found no batching; expected batching: {records: 1000}, so "
                           "that batches are closed by count");
    for (size_t i = 0; i < d->s.batching_count; i++) {
        const struct node *item = field_sweep_at(n, i);
        if (node_find(item, "records") == NULL || item->count != 1)
            return node_refuse(item, e,
                               "found bytes, linger or no records with exact: true; expected "
                               "records alone, so that batches are closed by count");
        d->s.batchings[i].linger_ns = EXACT_LINGER_NS;
        if (d->s.warmup_records % d->s.batchings[i].records != 0)
            return node_refuse(blame(d, "warmup"), e,
                               "found %lld with exact: true; expected a multiple of the %lld "
                               "records of a batch",
                               (long long)d->s.warmup_records,
                               (long long)d->s.batchings[i].records);
    }
    return RC_OK;
}

static enum rc check_exact(const struct draft *d, struct err *e)
{
    if (!d->s.exact)
        return RC_OK;
    if (d->s.partitions_count != 1 || d->s.partitions[0] != 1)
        return node_expect(blame(d, "partitions"), e, "1, because of exact: true");
    if (d->s.duration_ns > 0)
        return node_refuse(blame(d, "duration"), e,
                           "found a duration with exact: true; expected records");
    for (size_t i = 0; i < d->s.load_count; i++)
        if (d->s.loads[i].kind != LOAD_FLAT_OUT)
            return node_refuse(blame(d, "load"), e,
                               "found a rate or window with exact: true; expected flat out");
    return check_exact_batching(d, e);
}

/* --- routes --- */

/* Images bring keys of their own, and what stands beside their data. */
static enum rc check_images(const struct draft *d, struct err *e)
{
    const struct {
        const char *key;
        bool set;
    } others[] = {{"keys", d->s.key_count > 0},
                  {"headers", d->s.headers != NULL && d->s.headers[0] != NULL},
                  {"exact", d->s.exact}};
    for (size_t i = 0; scenario_sends_images(&d->s) && i < sizeof others / sizeof *others; i++)
        if (others[i].set)
            return node_refuse(blame(d, others[i].key), e,
                               "found it with images, which do not take it; expected "
                               "encodings: raw or base64-json, or no %s",
                               others[i].key);
    return RC_OK;
}

/* --- payloads --- */

static enum rc check_sizes(const struct draft *d, struct err *e)
{
    for (size_t i = 0; i < d->s.payload_count; i++) {
        const struct payload_choice *p = &d->s.payloads[i];
        if (p->cut == NULL || strcmp(p->cut, "slices") != 0 || p->record_bytes > 0)
            continue;
        bool sized = p->record_bytes == PAYLOAD_SWEPT;
        for (size_t j = 0; sized && j < d->s.record_bytes_count; j++)
            sized = d->s.record_bytes[j] > 0;
        if (!sized)
            return node_refuse(field_sweep_at(blame(d, "payloads"), i), e,
                               "found cut: slices of natural size; expected record_bytes: "
                               "64 KiB or another size");
    }
    return RC_OK;
}

/* Something must differ by record_bytes, or a sweep of it would run the same cell twice. */
static enum rc check_size_sweep(const struct draft *d, struct err *e)
{
    if (d->s.record_bytes_count == 1 || d->places->corpus != NULL)
        return RC_OK;
    for (size_t i = 0; i < d->s.payload_count; i++)
        if (d->s.payloads[i].record_bytes == PAYLOAD_SWEPT)
            return RC_OK;
    return node_refuse(blame(d, "record_bytes"), e,
                       "found sizes that no payload takes; expected a generator, or data "
                       "with cut: slices, without record_bytes of its own");
}

static enum rc check_policy(const struct draft *d, struct err *e)
{
    bool policy = false;
    for (size_t i = 0; i < d->s.codec_count; i++)
        policy = policy || d->s.codecs[i].policy;
    for (size_t i = 0; i < d->s.arm_count; i++)
        policy = policy || d->s.arms[i].codec.policy;
    for (size_t i = 0; policy && i < d->s.payload_count; i++) {
        if (d->s.payloads[i].data_type != NULL)
            continue;
        if (d->places->corpus != NULL)
            return node_refuse(blame(d, "codecs"), e,
                               "found \"policy\" with --data, which does not say the type of the "
                               "data; expected --set 'payloads=[{data: %s, cut: %s, type: "
                               "iot}]', or codecs without policy",
                               d->s.payloads[i].data, d->s.payloads[i].cut);
        return node_refuse(field_sweep_at(blame(d, "payloads"), i), e,
                           "found no type, which the codec \"policy\" needs; expected type: "
                           "with a data type, see docs/scenarios.md");
    }
    return RC_OK;
}

/* --- the comparison --- */

static enum rc refuse_compare(const struct draft *d, const struct node *n, struct err *e)
{
    const char *words[DIMENSIONS + WORKLOAD_KEYS_MAX + 1];
    size_t count = 0;
    const struct workload_key *key = d->s.workload != NULL ? d->s.workload->keys : NULL;
    for (int i = 0; i < DIMENSIONS; i++)
        if (SWEEPS[i].not_compared == NULL)
            words[count++] = DIMENSION_NAMES[i].compare;
    for (size_t i = 0; key != NULL && key->name != NULL && i < WORKLOAD_KEYS_MAX; i++)
        words[count++] = key++->name;
    words[count] = NULL;
    return field_refuse_word(n, words, e);
}

/* The first dimension that sweeps; any: not only those compared unasked. DIMENSIONS: none. */
static enum dimension first_sweep(const struct draft *d, bool any)
{
    int i = 0;
    for (; i < DIMENSIONS; i++) {
        bool may = any ? SWEEPS[i].not_compared == NULL : SWEEPS[i].compared_unasked;
        if (may && SWEEPS[i].count(&d->s) > 1)
            break;
    }
    return (enum dimension)i;
}

static enum dimension guess_compare(const struct draft *d)
{
    if (d->s.arm_count > 0)
        return DIMENSION_ARM;
    enum dimension first = first_sweep(d, false);
    if (first == DIMENSIONS)
        first = first_sweep(d, true);
    return first == DIMENSIONS ? DIMENSION_CODEC : first;
}

static enum rc choose_compare(struct draft *d, struct err *e)
{
    const struct node *n = node_find(d->top, "compare");
    if (n == NULL) {
        d->s.compare = guess_compare(d);
        return RC_OK;
    }
    enum dimension which = d->s.compared != NULL ? DIMENSION_ARM : dimension_find(n->text);
    if (which == DIMENSIONS)
        return refuse_compare(d, n, e);
    if (SWEEPS[which].not_compared != NULL)
        return node_refuse(n, e, "found \"%s\", but %s; expected another dimension, such as codec",
                           n->text, SWEEPS[which].not_compared);
    d->s.compare = which;
    return RC_OK;
}

static enum rc choose_baseline(struct draft *d, struct err *e)
{
    const struct node *n = node_find(d->top, "baseline");
    if (n == NULL)
        return RC_OK;
    const char *labels[SWEEP_MAX + 1];
    char texts[SWEEP_MAX][SCENARIO_LABEL];
    const struct sweep *arms = &SWEEPS[d->s.compare];
    size_t count = arms->count(&d->s);
    for (size_t i = 0; i < count; i++) {
        labels[i] = arms->label(&d->s, i, texts[i]);
        if (texts[i][0] == '\0')
            labels[i] = DIMENSION_NAMES[d->s.compare].usual;
    }
    labels[count] = NULL;
    static const struct field any = {.name = "baseline"};
    struct field word = any;
    word.words = labels;
    int chosen = 0;
    enum rc rc = field_word(&word, n, &chosen, e);
    d->s.baseline_arm = (size_t)chosen;
    return rc;
}

static enum rc require(const struct draft *d, const char *key, const char *example, struct err *e)
{
    if (given(d, key))
        return RC_OK;
    return node_refuse(d->top, e, "found no %s; expected %s", key, example);
}

static enum rc find_codecs(struct draft *d, struct err *e)
{
    if (!given(d, "codecs") && arms_set_codec(&d->s))
        return arms_take_codec(&d->s, e);
    if (!workload_takes(d->s.workload, "codecs"))
        return codecs_leave_out(d, e);
    return require(d, "codecs", "codecs: [none, gzip-6, zstd-3]", e);
}

static enum rc find_payloads(struct draft *d, struct err *e)
{
    if (!workload_takes(d->s.workload, "payloads") && d->places->corpus != NULL)
        return err_set(e, RC_INPUT,
                       "--data %s: found it with workload %s, to which it means nothing; expected "
                       "to leave it out",
                       d->places->corpus, d->s.workload->name);
    if (!workload_takes(d->s.workload, "payloads"))
        return payloads_leave_out(d, e);
    if (d->places->corpus != NULL)
        return payloads_replace(d, e);
    return require(d, "payloads", "payloads: [iot, {data: FILE, cut: lines}]", e);
}

enum rc draft_finish(struct draft *d, struct err *e)
{
    enum rc rc = workload_check(d, e);
    if (rc == RC_OK)
        rc = find_codecs(d, e);
    if (rc == RC_OK)
        rc = find_payloads(d, e);
    if (rc == RC_OK)
        rc = sweeps_fill(&d->s, e);
    if (rc != RC_OK)
        return rc;
    if (!scenario_name_valid(d->s.name))
        return node_refuse(d->top, e,
                           "name: found none, and the file's name \"%.60s\" cannot be one; expected"
                           " name: with letters, digits and dashes",
                           d->s.name);
    fill_lengths(d);
    rc = choose_compare(d, e);
    if (rc == RC_OK)
        rc = arms_check(d, e);
    if (rc == RC_OK)
        rc = choose_baseline(d, e);
    if (rc == RC_OK)
        rc = check_duration(d, e);
    if (rc == RC_OK)
        rc = check_exact(d, e);
    if (rc == RC_OK)
        rc = check_sizes(d, e);
    if (rc == RC_OK)
        rc = routes_check(d, e);
    if (rc == RC_OK)
        rc = check_images(d, e);
    if (rc == RC_OK)
        rc = check_size_sweep(d, e);
    if (rc == RC_OK)
        rc = check_policy(d, e);
    return rc;
}
