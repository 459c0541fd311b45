#define _GNU_SOURCE
#include "scenarios/scenario.h"

#include "base/quantity.h"
#include "scenarios/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const ARM_NAMES[] = {
    [ARM_CODEC] = "codec", [ARM_ENCODING] = "encoding", [ARM_BATCHING] = "batching", NULL};

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

void scenario_release(struct scenario *s)
{
    for (size_t i = 0; i < s->payload_count; i++)
        payload_release(&s->payloads[i]);
    free(s->payloads);
    free(s->name);
    free(s->about);
    free(s->file);
    free(s->codecs);
    free(s->record_bytes);
    free(s->encodings);
    free(s->batchings);
    free(s->loads);
    free_texts(s->properties);
    free_texts(s->headers);
}

void scenario_free(struct scenario *s)
{
    if (s == NULL)
        return;
    scenario_release(s);
    free(s);
}

char *codec_sweep_label(const struct codec_sweep *c, char *text)
{
    char choice[CODEC_CHOICE_TEXT];
    (void)snprintf(text, SCENARIO_LABEL, "%s",
                   c->policy ? "policy" : codec_choice_format(c->choice, choice));
    return text;
}

char *load_label(const struct load *l, char *text)
{
    if (l->kind == LOAD_FLAT_OUT)
        (void)snprintf(text, SCENARIO_LABEL, "flat out");
    else if (l->kind == LOAD_OPEN && l->rate_auto)
        (void)snprintf(text, SCENARIO_LABEL, "open auto");
    else if (l->kind == LOAD_OPEN)
        (void)snprintf(text, SCENARIO_LABEL, "open %.10g/s", l->rate_per_s);
    else
        (void)snprintf(text, SCENARIO_LABEL, "closed %lld%s", (long long)l->in_flight,
                       l->until_acknowledged ? " to ack" : "");
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
