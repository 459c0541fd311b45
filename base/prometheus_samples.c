#include "base/prometheus_samples.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char *const KIND_NAMES[] = {
    [PROMETHEUS_COUNTER] = "counter",
    [PROMETHEUS_GAUGE] = "gauge",
    [PROMETHEUS_RATIO] = "gauge",
    [PROMETHEUS_HISTOGRAM] = "histogram",
};

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_metric(const struct prometheus_sample *a, const struct prometheus_sample *b)
{
    return same_text(a->metric->name, b->metric->name);
}

void prometheus_samples_add(struct prometheus_samples *s, struct prometheus_sample n)
{
    size_t i = 0;
    while (i < s->count &&
           !(same_metric(&s->sample[i], &n) && same_text(s->sample[i].label[0], n.label[0]) &&
             same_text(s->sample[i].label[1], n.label[1])))
        i++;
    if (i == PROMETHEUS_SAMPLES) {
        s->left_out++;
    } else if (i == s->count) {
        s->sample[s->count++] = n;
    } else {
        s->sample[i].value += n.value;
        s->sample[i].of += n.of;
    }
}

void prometheus_samples_add_all(struct prometheus_samples *s, const struct prometheus_samples *more)
{
    for (size_t i = 0; i < more->count; i++)
        prometheus_samples_add(s, more->sample[i]);
    s->left_out += more->left_out;
}

void prometheus_samples_end_gauges(struct prometheus_samples *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->sample[i].metric->kind == PROMETHEUS_GAUGE)
            s->sample[i].value = 0;
}

/* --- as text --- */

/* labels: room for PROMETHEUS_LABELS and the end. */
static void name_labels(const struct prometheus_sample *n, struct prometheus_label *labels)
{
    size_t count = 0;
    for (size_t i = 0; i < PROMETHEUS_LABELS && n->metric->label[i] != NULL; i++)
        labels[count++] = (struct prometheus_label){n->metric->label[i], n->label[i]};
    labels[count] = (struct prometheus_label){NULL, NULL};
}

static void write_sample(struct prometheus_writer *w, const struct prometheus_sample *n)
{
    const struct prometheus_metric *m = n->metric;
    struct prometheus_label labels[PROMETHEUS_LABELS + 1];
    name_labels(n, labels);
    if (m->kind != PROMETHEUS_RATIO)
        prometheus_count(w, m->name, labels, n->value);
    else if (n->of > 0 || m->label[0] == NULL)
        prometheus_real(w, m->name, labels, n->of > 0 ? (double)n->value / (double)n->of : NAN);
}

/* The samples from the first of a metric on. */
static void write_samples(const struct prometheus_samples *s, size_t first,
                          struct prometheus_writer *w)
{
    for (size_t i = first; i < s->count; i++)
        if (same_metric(&s->sample[i], &s->sample[first]))
            write_sample(w, &s->sample[i]);
}

static void write_histogram(const struct prometheus_samples *s, size_t first,
                            struct prometheus_writer *w)
{
    const struct prometheus_metric *m = s->sample[first].metric;
    struct prometheus_label le[] = {{"le", NULL}, {NULL, NULL}};
    char name[128];
    uint64_t count = 0, sum_ns = 0;
    (void)snprintf(name, sizeof name, "%s_bucket", m->name);
    for (size_t i = first; i < s->count; i++) {
        const struct prometheus_sample *n = &s->sample[i];
        if (!same_metric(n, &s->sample[first]))
            continue;
        count += n->value;
        sum_ns += n->of;
        le[0].value = n->label[0];
        prometheus_count(w, name, le, count);
    }
    (void)snprintf(name, sizeof name, "%s_sum", m->name);
    prometheus_seconds(w, name, sum_ns);
    (void)snprintf(name, sizeof name, "%s_count", m->name);
    prometheus_count(w, name, NULL, count);
}

static bool is_first(const struct prometheus_samples *s, size_t at)
{
    size_t i = 0;
    while (!same_metric(&s->sample[i], &s->sample[at]))
        i++;
    return i == at;
}

void prometheus_samples_write(const struct prometheus_samples *s, struct prometheus_writer *w)
{
    if (s->left_out > 0 && w->rc == RC_OK)
        w->rc = err_set(w->err, RC_INFRA, "found %zu samples of metrics; expected at most %d",
                        s->count + s->left_out, PROMETHEUS_SAMPLES);
    for (size_t i = 0; i < s->count; i++) {
        const struct prometheus_metric *m = s->sample[i].metric;
        if (!is_first(s, i))
            continue;
        prometheus_head(w, m->name, KIND_NAMES[m->kind], m->help);
        if (m->kind == PROMETHEUS_HISTOGRAM)
            write_histogram(s, i, w);
        else
            write_samples(s, i, w);
    }
}
