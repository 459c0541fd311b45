#define _GNU_SOURCE
#include "scenarios/claim.h"

#include "base/nearest.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *const TEST_KIND_NAMES[] = {
    [TEST_CHANGE] = "change",         [TEST_DIFFERENCE] = "difference", [TEST_LEVEL] = "level",
    [TEST_RANKING] = "ranking",       [TEST_PROBE] = "probe",           [TEST_CLIENT] = "client",
    [TEST_ARITHMETIC] = "arithmetic", [TEST_NOT_BUILT] = "not_built",   NULL};

const char *const CLAIM_CLIENTS[] = {"aiokafka-0.11.0",
                                     "aiokafka-0.11.0+zstd",
                                     "aiokafka-0.11.0+acks-1",
                                     "aiokafka-0.11.0+max-in-flight",
                                     "aiokafka-0.8.1",
                                     "aiokafka-0.8.1+codecs",
                                     "aiokafka-0.8.1+kafka-python-3",
                                     "kafka-python-2.0.2",
                                     "kafka-python-2.0.2+codecs",
                                     "java-4.3.1",
                                     NULL};

static void free_texts(char **texts)
{
    for (size_t i = 0; texts != NULL && texts[i] != NULL; i++)
        free(texts[i]);
    free(texts);
}

static void filter_release(struct claim_filter *f)
{
    for (int d = 0; d < DIMENSIONS; d++)
        free_texts(f->takes[d]);
}

void claim_test_release(struct claim_test *t)
{
    char *const texts[] = {t->says,         t->given,         t->metric,        t->from,  t->to,
                           t->band.words,   t->scenario,      t->scenario_full, t->probe, t->client,
                           t->client_codec, t->client_expect, t->reason};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        free(texts[i]);
    free_texts(t->order);
    filter_release(&t->where);
    for (size_t i = 0; i < t->check_count; i++) {
        free(t->checks[i].says);
        free(t->checks[i].computation);
    }
    free(t->checks);
}

static void claim_release(struct claim *c)
{
    char *const texts[] = {c->id, c->document, c->words, c->trap, c->map, c->file};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        free(texts[i]);
    for (size_t i = 0; i < c->test_count; i++)
        claim_test_release(&c->tests[i]);
    free(c->tests);
}

void claims_free(struct claims *c)
{
    for (size_t i = 0; i < c->count; i++)
        claim_release(&c->all[i]);
    free(c->all);
    *c = (struct claims){0};
}

const struct claim *claim_find(const struct claims *c, const char *id)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcasecmp(c->all[i].id, id) == 0)
            return &c->all[i];
    return NULL;
}

const char *claim_nearest(const struct claims *c, const char *id)
{
    struct nearest near = {.given = id};
    for (size_t i = 0; i < c->count; i++)
        nearest_offer(&near, c->all[i].id);
    return near.best;
}
