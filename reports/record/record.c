#include "reports/record/record.h"

#include "base/quantity.h"
#include "reports/record/record_fields.h"

#include <stdio.h>
#include <string.h>

const char *const VALIDITY_NAMES[] = {
    [TRIAL_VALID] = "valid",         [TRIAL_VOID] = "void",
    [TRIAL_SATURATED] = "saturated", [TRIAL_INTERRUPTED] = "interrupted",
    [TRIAL_REFUSED] = "refused",     NULL,
};

void trial_record_init(struct trial_record *r)
{
    *r = (struct trial_record){.validity = TRIAL_VALID};
    for (const struct record_field *f = RECORD_FIELDS; f->path != NULL; f++) {
        char *at = (char *)r + f->offset;
        const int64_t measure = NOT_MEASURED;
        const double real = NOT_MEASURED;
        if (f->kind == FIELD_MEASURE)
            memcpy(at, &measure, sizeof measure);
        else if (f->kind == FIELD_REAL)
            memcpy(at, &real, sizeof real);
    }
    for (size_t i = 0; i < LATENCIES_MAX; i++)
        r->latency_ns[i] = (struct latency){.min = NOT_MEASURED,
                                            .p50 = NOT_MEASURED,
                                            .p90 = NOT_MEASURED,
                                            .p99 = NOT_MEASURED,
                                            .p999 = NOT_MEASURED,
                                            .max = NOT_MEASURED};
}

#define LABEL_OFFSET(id, member, ...) [DIMENSION_##id] = offsetof(struct trial_cell, member),
static const size_t LABEL_OFFSETS[DIMENSION_RECORD_BYTES] = {DIMENSION_ROWS(LABEL_OFFSET)};

const char *trial_cell_text(const struct trial_cell *c, enum dimension d)
{
    return d < DIMENSION_RECORD_BYTES ? (const char *)c + LABEL_OFFSETS[d] : "";
}

const char *trial_cell_label(const struct trial_cell *c, enum dimension d, char *text)
{
    char size[QUANTITY_TEXT];
    if (d != DIMENSION_RECORD_BYTES) {
        const char *label = trial_cell_text(c, d);
        return label[0] != '\0' ? label : DIMENSION_NAMES[d].usual;
    }
    (void)snprintf(text, RECORD_NAME_MAX, "%s",
                   c->record_bytes > 0 ? quantity_format_size(c->record_bytes, size) : "natural");
    return text;
}

void trial_cell_set(struct trial_cell *c, enum dimension d, const char *label)
{
    if (d < DIMENSION_RECORD_BYTES)
        (void)snprintf((char *)c + LABEL_OFFSETS[d], RECORD_NAME_MAX, "%s", label);
}

enum dimension trial_cell_differs(const struct trial_cell *a, const struct trial_cell *b)
{
    char one[RECORD_NAME_MAX], two[RECORD_NAME_MAX];
    int d = 0;
    while (d < DIMENSION_RECORD_BYTES && strcmp(trial_cell_label(a, (enum dimension)d, one),
                                                trial_cell_label(b, (enum dimension)d, two)) == 0)
        d++;
    if (d == DIMENSION_RECORD_BYTES && a->record_bytes == b->record_bytes)
        d = DIMENSIONS;
    return (enum dimension)d;
}

const char *trial_record_arm(const struct trial_record *r)
{
    char none[RECORD_NAME_MAX];
    enum dimension d = dimension_find(r->compare);
    if (d == DIMENSIONS || d == DIMENSION_RECORD_BYTES)
        d = DIMENSION_CODEC;
    return trial_cell_label(&r->cell, d, none);
}

int64_t trial_record_sent(const struct trial_record *r)
{
    return r->images.sent >= 0 ? r->images.sent : r->delivery.sent;
}

int64_t trial_record_fallbacks(const struct trial_record *r)
{
    int64_t other = 0;
    for (size_t i = 0; i < RECORD_CODECS && r->stored[i].codec[0] != '\0'; i++) {
        if (strcmp(r->stored[i].codec, r->codec_name) != 0)
            other += r->stored[i].batches;
    }
    return other;
}

enum rc trial_record_add_metric(struct trial_record *r, const struct recorded_metric *m,
                                struct err *e)
{
    size_t i = 0;
    while (i < RECORD_METRICS && r->metrics[i].name[0] != '\0' &&
           strcmp(r->metrics[i].name, m->name) != 0)
        i++;
    if (i == RECORD_METRICS)
        return err_set(e, RC_INPUT, "metrics: found \"%s\" after %d others; expected no more",
                       m->name, RECORD_METRICS);
    r->metrics[i] = *m;
    return RC_OK;
}

const struct recorded_metric *trial_record_metric(const struct trial_record *r, const char *name)
{
    for (size_t i = 0; i < RECORD_METRICS && r->metrics[i].name[0] != '\0'; i++)
        if (strcmp(r->metrics[i].name, name) == 0)
            return &r->metrics[i];
    return NULL;
}
