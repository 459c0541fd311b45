/* assay list: what there is to name: codecs, payloads, workloads, scenarios, claims, commands,
 * keys. */
#define _GNU_SOURCE
#include "base/home.h"
#include "base/json_writer.h"
#include "base/nearest.h"
#include "bench/payload/payload.h"
#include "bench/workload/workload.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/list/list_claims.h"
#include "codecs/codec.h"
#include "scenarios/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_BYTES_MAX = 1 << 20, FIRST_SENTENCE = 160 };

/* One kind of thing to list. Text ends in newlines; JSON is one array under its name. */
struct list_topic {
    const char *name; /* NULL ends the table */
    bool on_request;  /* not part of the whole list */
    enum rc (*write)(struct buf *out, struct err *e);
    enum rc (*write_json)(struct json_writer *w, struct err *e); /* NULL: text only */
};

/* --- codecs --- */

static enum rc codecs_text(struct buf *out, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && CODECS[i] != NULL; i++) {
        const struct codec *c = CODECS[i];
        rc = buf_appendf(out, e, "  %-10s", c->name);
        if (rc == RC_OK && c->has_levels)
            rc = buf_appendf(out, e, "levels %d to %d, default %d; ", c->level_min, c->level_max,
                             c->level_default);
        if (rc == RC_OK)
            rc = buf_appendf(out, e, "%s%s%s\n", c->library, c->version()[0] != '\0' ? " " : "",
                             c->version());
    }
    return rc;
}

static enum rc codecs_json(struct json_writer *w, struct err *e)
{
    (void)e;
    for (size_t i = 0; CODECS[i] != NULL; i++) {
        const struct codec *c = CODECS[i];
        json_write_object(w, NULL);
        json_write_text(w, "name", c->name);
        json_write_int(w, "kafka_id", c->kafka_id);
        if (c->has_levels) {
            json_write_int(w, "level_min", c->level_min);
            json_write_int(w, "level_max", c->level_max);
            json_write_int(w, "level_default", c->level_default);
        }
        json_write_text(w, "library", c->library);
        json_write_text(w, "version", c->version());
        json_write_close(w);
    }
    return RC_OK;
}

/* --- payloads --- */

static enum rc payloads_text(struct buf *out, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && PAYLOAD_KINDS[i] != NULL; i++)
        rc = buf_appendf(out, e, "  %-10s%s\n", PAYLOAD_KINDS[i]->name, PAYLOAD_KINDS[i]->says);
    return rc;
}

static enum rc payloads_json(struct json_writer *w, struct err *e)
{
    (void)e;
    for (size_t i = 0; PAYLOAD_KINDS[i] != NULL; i++) {
        json_write_object(w, NULL);
        json_write_text(w, "name", PAYLOAD_KINDS[i]->name);
        json_write_text(w, "data_type", PAYLOAD_KINDS[i]->data_type);
        json_write_text(w, "says", PAYLOAD_KINDS[i]->says);
        json_write_close(w);
    }
    return RC_OK;
}

/* --- workloads --- */

static enum rc workloads_text(struct buf *out, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && WORKLOADS[i] != NULL; i++) {
        const struct workload_form *form = &WORKLOADS[i]->form;
        const struct workload_key *k = form->keys;
        rc = buf_appendf(out, e, "  %-10s%s\n", form->name, form->says);
        for (; rc == RC_OK && k != NULL && k->name != NULL; k++)
            rc = buf_appendf(out, e, "    %-12s%s (%s)\n", k->name, k->says, k->takes);
    }
    return rc;
}

static enum rc workloads_json(struct json_writer *w, struct err *e)
{
    (void)e;
    for (size_t i = 0; WORKLOADS[i] != NULL; i++) {
        const struct workload_form *form = &WORKLOADS[i]->form;
        json_write_object(w, NULL);
        json_write_text(w, "name", form->name);
        json_write_text(w, "says", form->says);
        json_write_array(w, "keys");
        for (const struct workload_key *k = form->keys; k != NULL && k->name != NULL; k++) {
            json_write_object(w, NULL);
            json_write_text(w, "name", k->name);
            json_write_text(w, "takes", k->takes);
            json_write_text(w, "says", k->says);
            json_write_close(w);
        }
        json_write_close(w);
        json_write_close(w);
    }
    return RC_OK;
}

/* --- scenarios --- */

/* Calls one for every built-in scenario. */
static enum rc each_scenario(enum rc (*one)(const char *name, const char *about, void *ctx,
                                            struct err *e),
                             void *ctx, struct err *e)
{
    struct home home;
    char folder[HOME_PATH_MAX];
    enum rc rc = home_find(&home, e);
    if (rc == RC_OK)
        rc = home_data(&home, "scenarios", folder, e);
    if (rc != RC_OK)
        return rc;
    struct scenario_places places = {.scenarios = folder};
    char **names = NULL;
    rc = scenario_names(&places, &names, e);
    for (size_t i = 0; rc == RC_OK && names[i] != NULL; i++) {
        char *about = NULL;
        rc = scenario_about(names[i], &places, &about, e);
        if (rc == RC_OK)
            rc = one(names[i], about, ctx, e);
        free(about);
    }
    scenario_names_free(names);
    return rc;
}

static enum rc scenario_text(const char *name, const char *about, void *ctx, struct err *e)
{
    struct buf *out = ctx;
    size_t length = 0;
    while (length < FIRST_SENTENCE && about[length] != '\0' &&
           (strchr(".?!", about[length]) == NULL || strchr(" ", about[length + 1]) == NULL))
        length++;
    if (about[length] == '?')
        length++;
    return buf_appendf(out, e, "  %-20s%.*s\n", name, (int)length, about);
}

static enum rc scenarios_text(struct buf *out, struct err *e)
{
    return each_scenario(scenario_text, out, e);
}

static enum rc scenario_json(const char *name, const char *about, void *ctx, struct err *e)
{
    struct json_writer *w = ctx;
    (void)e;
    json_write_object(w, NULL);
    json_write_text(w, "name", name);
    json_write_text(w, "about", about);
    json_write_close(w);
    return RC_OK;
}

static enum rc scenarios_json(struct json_writer *w, struct err *e)
{
    return each_scenario(scenario_json, w, e);
}

/* --- commands --- */

static enum rc commands_text(struct buf *out, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && COMMANDS[i] != NULL; i++)
        if (!COMMANDS[i]->hidden)
            rc = buf_appendf(out, e, "  %-10s%s\n", COMMANDS[i]->name, COMMANDS[i]->says);
    return rc;
}

static enum rc commands_json(struct json_writer *w, struct err *e)
{
    (void)e;
    for (size_t i = 0; COMMANDS[i] != NULL; i++) {
        if (COMMANDS[i]->hidden)
            continue;
        json_write_object(w, NULL);
        json_write_text(w, "name", COMMANDS[i]->name);
        json_write_text(w, "says", COMMANDS[i]->says);
        json_write_close(w);
    }
    return RC_OK;
}

static const struct list_topic TOPICS[] = {
    {"codecs", false, codecs_text, codecs_json},
    {"payloads", false, payloads_text, payloads_json},
    {"workloads", false, workloads_text, workloads_json},
    {"scenarios", false, scenarios_text, scenarios_json},
    {"claims", true, list_claims_text, list_claims_json},
    {"commands", false, commands_text, commands_json},
    {"keys", true, scenario_describe_keys, NULL},
    {NULL, false, NULL, NULL},
};

/* --- the command --- */

static enum rc find_topic(const char *name, const struct list_topic **out, struct err *e)
{
    struct nearest near = {.given = name};
    for (const struct list_topic *t = TOPICS; t->name != NULL; t++) {
        nearest_offer(&near, t->name);
        if (strcmp(t->name, name) == 0) {
            *out = t;
            return RC_OK;
        }
    }
    if (near.best != NULL)
        return err_set(e, RC_INPUT, "list: there is no \"%.40s\" to list; did you mean \"%s\"?",
                       name, near.best);
    return err_set(e, RC_INPUT,
                   "list: there is no \"%.40s\" to list; expected codecs, payloads, "
                   "workloads, scenarios, claims, commands or keys",
                   name);
}

static enum rc write_text(const struct list_topic *only, struct buf *out, struct err *e)
{
    if (only != NULL)
        return only->write(out, e);
    enum rc rc = RC_OK;
    for (const struct list_topic *t = TOPICS; rc == RC_OK && t->name != NULL; t++) {
        if (t->on_request)
            continue;
        rc = buf_appendf(out, e, "%s%s\n", t == TOPICS ? "" : "\n", t->name);
        if (rc == RC_OK)
            rc = t->write(out, e);
    }
    return rc;
}

static enum rc write_json(const struct list_topic *only, struct buf *out, struct err *e)
{
    if (only != NULL && only->write_json == NULL)
        return err_set(e, RC_INPUT, "list: %s are a text; expected without --json", only->name);
    struct json_writer w;
    json_writer_init(&w, out, JSON_INDENTED);
    json_write_object(&w, NULL);
    enum rc rc = RC_OK;
    for (const struct list_topic *t = TOPICS; rc == RC_OK && t->name != NULL; t++) {
        if (only != NULL ? t != only : t->on_request)
            continue;
        json_write_array(&w, t->name);
        rc = t->write_json(&w, e);
        json_write_close(&w);
    }
    json_write_close(&w);
    if (rc == RC_OK)
        rc = json_writer_end(&w, e);
    if (rc == RC_OK)
        rc = buf_append(out, "\n", 1, e);
    return rc;
}

static enum rc run_list(const struct args *a, struct err *e)
{
    const struct list_topic *only = NULL;
    if (a->operand_count > 1)
        return err_set(e, RC_INPUT, "list: takes one word at most, and got %zu", a->operand_count);
    enum rc rc = a->operand_count == 1 ? find_topic(a->operands[0], &only, e) : RC_OK;
    if (rc != RC_OK)
        return rc;
    struct buf out;
    buf_init(&out, LIST_BYTES_MAX);
    rc = args_has(a, "--json") ? write_json(only, &out, e) : write_text(only, &out, e);
    if (rc == RC_OK && fwrite(out.data, 1, out.size, stdout) != out.size)
        rc = err_set(e, RC_INFRA, "cannot write to standard output");
    buf_release(&out);
    return rc;
}

static const struct option_row OPTIONS[] = {
    {.name = "--json", .help = "the same as one JSON document"},
    {.name = NULL},
};

const struct command CMD_LIST = {
    .name = "list",
    .operands = "[codecs|payloads|workloads|scenarios|claims|commands|keys]",
    .says = "what there is: codecs, payloads, workloads, scenarios, claims, commands, keys",
    .about =
        "Lists what can be named on the command line and in scenarios. Without a word: all but "
        "the\nclaims, and the keys, which are the tables of docs/scenarios.md.",
    .examples = "  assay list scenarios      # the built-in ones, and which question each answers\n"
                "  assay list codecs         # with levels and the library in use\n"
                "  assay list claims         # the documented ones, and how each is decided\n"
                "  assay list keys           # what a scenario may say, with units and defaults",
    .options = OPTIONS,
    .run = run_list,
};
