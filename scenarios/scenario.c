#define _GNU_SOURCE
#include "scenarios/scenario.h"

#include "base/quantity.h"
#include "scenarios/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void free_texts(char **texts)
{
    for (size_t i = 0; texts != NULL && texts[i] != NULL; i++)
        free(texts[i]);
    free(texts);
}

void scenario_names_free(char **names)
{
    free_texts(names);
}

static void payload_release(struct payload_choice *p)
{
    free(p->name);
    free(p->kind);
    free(p->data);
    free(p->cut);
    free(p->data_type);
    free(p->sizes);
}

static void arm_release(struct arm_choice *arm)
{
    for (char **p = arm->properties; p != NULL && *p != NULL; p++)
        free(*p);
    free(arm->properties);
    free(arm->name);
    free(arm->libraries);
    free(arm->program);
    scenario_free(arm->background.stream);
}

void scenario_release(struct scenario *s)
{
    for (size_t i = 0; i < s->payload_count; i++)
        payload_release(&s->payloads[i]);
    for (size_t i = 0; i < s->arm_count; i++)
        arm_release(&s->arms[i]);
    for (size_t i = 0; i < s->background_count; i++)
        scenario_free(s->backgrounds[i].stream);
    free(s->backgrounds);
    free(s->arms);
    free(s->links);
    free(s->payloads);
    free(s->name);
    free(s->about);
    free(s->file);
    free(s->codecs);
    free(s->record_bytes);
    free(s->partitions);
    free(s->brokers);
    free(s->parameters);
    free(s->encodings);
    free(s->batchings);
    for (size_t i = 0; i < s->load_count; i++)
        load_release(&s->loads[i]);
    free(s->loads);
    free_texts(s->properties);
    free_texts(s->headers);
}

bool scenario_sends_images(const struct scenario *s)
{
    for (size_t i = 0; i < s->encoding_count; i++)
        if (encoding_is_image(s->encodings[i]))
            return true;
    for (size_t i = 0; i < s->arm_count; i++)
        if (s->arms[i].has_encoding && encoding_is_image(s->arms[i].encoding))
            return true;
    return false;
}

void scenario_free(struct scenario *s)
{
    if (s == NULL)
        return;
    scenario_release(s);
    free(s);
}

char *codec_choice_label(const struct codec_choice *c, char *text)
{
    char choice[CODEC_SPEC_TEXT];
    (void)snprintf(text, SCENARIO_LABEL, "%s",
                   c->policy ? "policy" : codec_spec_format(c->choice, choice));
    return text;
}

char *load_label(const struct load *l, char *text)
{
    const struct load_row *row = &LOADS[l->kind];
    size_t used = (size_t)snprintf(text, SCENARIO_LABEL, "%s", row->name);
    if (row->label != NULL)
        row->label(l, text + used, SCENARIO_LABEL - used);
    return text;
}

bool link_is_limited(const struct link_choice *l)
{
    return l->bit_per_s > 0 || l->delay_ns > 0;
}

char *link_label(const struct link_choice *l, char *text)
{
    static const struct {
        double scale;
        const char *unit;
    } units[] = {{1e9, "Gbit/s"}, {1e6, "Mbit/s"}, {1e3, "kbit/s"}, {1, "bit/s"}};
    char delay[QUANTITY_TEXT];
    size_t u = 0;
    while ((double)l->bit_per_s < units[u].scale && units[u].scale > 1)
        u++;
    int used = l->bit_per_s > 0 ? snprintf(text, SCENARIO_LABEL, "%.10g %s",
                                           (double)l->bit_per_s / units[u].scale, units[u].unit)
                                : snprintf(text, SCENARIO_LABEL, "unlimited");
    if (l->delay_ns > 0 && used > 0)
        (void)snprintf(text + used, SCENARIO_LABEL - (size_t)used, ", %s",
                       quantity_format_duration(l->delay_ns, delay));
    return text;
}

static void append(char *text, const char *part)
{
    size_t used = strlen(text);
    (void)snprintf(text + used, SCENARIO_LABEL - used, "%s", part);
}

static void append_payload(const struct payload_choice *p, char *text)
{
    char part[SCENARIO_LABEL];
    append(text, p->name);
    for (size_t i = 0; i < p->size_count; i++) {
        append(text, i > 0 ? " + " : " ");
        append(text, quantity_format_size(p->sizes[i], part));
    }
    if (p->record_bytes > 0) {
        append(text, " ");
        append(text, quantity_format_size(p->record_bytes, part));
    }
    append(text, ", ");
}

char *background_label(const struct background *b, char *text)
{
    char part[SCENARIO_LABEL];
    text[0] = '\0';
    if (b->stream == NULL)
        return text;
    const struct scenario *s = b->stream;
    if (s->workload != NULL) {
        append(text, s->workload->name);
        append(text, ", ");
        if (workload_parameters_label(s->workload, &s->parameters[0], NULL, part) > 0) {
            append(text, part);
            append(text, ", ");
        }
    }
    if (workload_takes(s->workload, "payloads"))
        append_payload(&s->payloads[0], text);
    if (workload_takes(s->workload, "encodings")) {
        append(text, ENCODING_NAMES[s->encodings[0]]);
        append(text, ", ");
    }
    if (workload_takes(s->workload, "codecs")) {
        append(text, codec_choice_label(&s->codecs[0], part));
        append(text, ", ");
    }
    append(text, load_label(&s->loads[0], part));
    if (b->same_topic)
        append(text, ", same topic");
    return text;
}

char *batching_label(const struct batching *b, char *text)
{
    char size[QUANTITY_TEXT];
    char linger[QUANTITY_TEXT];
    int used = 0;
    text[0] = '\0';
    if (b->records < BATCH_RECORDS_MAX)
        used = snprintf(text, SCENARIO_LABEL, "%lld record%s, ", (long long)b->records,
                        b->records == 1 ? "" : "s");
    if (b->bytes < BATCH_BYTES_MAX)
        used += snprintf(text + used, SCENARIO_LABEL - (size_t)used, "%s, ",
                         quantity_format_size(b->bytes, size));
    (void)snprintf(text + used, SCENARIO_LABEL - (size_t)used, "%s",
                   b->linger_ns == 0 ? "0 ms" : quantity_format_duration(b->linger_ns, linger));
    return text;
}
