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
    r->latency_ns.e2e.n = r->latency_ns.ack.n = r->latency_ns.service.n = 0;
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

bool delivery_perfect(const struct delivery *d)
{
    return d->refused == 0 && d->lost == 0 && d->duplicated == 0 && d->reordered == 0 &&
           d->corrupted == 0 && d->undecided == 0 && d->alien == 0;
}

void delivery_add(struct delivery *sum, const struct delivery *d)
{
    sum->sent += d->sent;
    sum->acknowledged += d->acknowledged;
    sum->received += d->received;
    sum->refused += d->refused;
    sum->lost += d->lost;
    sum->duplicated += d->duplicated;
    sum->reordered += d->reordered;
    sum->corrupted += d->corrupted;
    sum->undecided += d->undecided;
    sum->alien += d->alien;
}

char *delivery_say(const struct delivery *d, char *text)
{
    const struct {
        int64_t count;
        const char *what;
    } faults[] = {
        {d->refused, "refused"},      {d->lost, "lost"},           {d->duplicated, "duplicated"},
        {d->reordered, "reordered"},  {d->corrupted, "corrupted"}, {d->undecided, "undecided"},
        {d->alien, "not sent by us"},
    };
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        if (faults[i].count == 0)
            continue;
        int n = used == 0 ? snprintf(text, RECORD_WHY_MAX, "%lld of %lld records %s",
                                     (long long)faults[i].count, (long long)d->sent, faults[i].what)
                          : snprintf(text + used, RECORD_WHY_MAX - used, ", %lld %s",
                                     (long long)faults[i].count, faults[i].what);
        used += n > 0 ? (size_t)n : 0;
    }
    if (used == 0)
        (void)snprintf(text, RECORD_WHY_MAX,
                       "all %lld records arrived once, in order and unchanged", (long long)d->sent);
    return text;
}
