/* Reads arms that are spelled out, and checks that what they set is not swept as well. */
#define _GNU_SOURCE
#include "scenarios/loader.h"
#include "scenarios/sweep.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 60 };

static enum rc read_arm_name(const struct field *f, const struct node *n, void *into, struct err *e)
{
    bool plain = n->kind == NODE_TEXT && !node_is_nothing(n) && n->text[0] != '\0' &&
                 strlen(n->text) <= NAME_MAX_BYTES;
    for (const char *c = plain ? n->text : ""; *c != '\0'; c++)
        plain = plain && !iscntrl((unsigned char)*c);
    return plain ? field_text(f, n, into, e) : node_expect(n, e, "%s", f->takes);
}

static enum rc read_arm_codec(const struct field *f, const struct node *n, void *into,
                              struct err *e)
{
    struct arm_choice *arm = into;
    if (n->kind != NODE_TEXT || node_is_nothing(n))
        return node_expect(n, e, "%s", f->takes);
    arm->has_codec = true;
    return read_codec(n, n->text, &arm->codec, e);
}

static enum rc read_arm_encoding(const struct field *f, const struct node *n, void *into,
                                 struct err *e)
{
    struct arm_choice *arm = into;
    struct field word = *f;
    int how = 0;
    word.at = 0;
    enum rc rc = field_word(&word, n, &how, e);
    arm->has_encoding = true;
    arm->encoding = (enum encoding)how;
    return rc;
}

static enum rc read_arm_batching(const struct field *f, const struct node *n, void *into,
                                 struct err *e)
{
    struct arm_choice *arm = into;
    (void)f;
    arm->has_batching = true;
    return read_batching(n, &arm->batching, e);
}

/* Read when the arm is known to stand in a draft, which it needs. */
static enum rc read_arm_background(const struct field *f, const struct node *n, void *into,
                                   struct err *e)
{
    (void)f;
    (void)n;
    (void)e;
    ((struct arm_choice *)into)->has_background = true;
    return RC_OK;
}

static enum rc read_arm_properties(const struct field *f, const struct node *n, void *into,
                                   struct err *e)
{
    return read_client_properties(f, n, &((struct arm_choice *)into)->properties, e);
}

const struct field ARM_FIELDS[] = {
    {.name = "name",
     .takes = "one line, at most 60 characters",
     .standard = "must be given",
     .says = "what tables and records call it",
     .read = read_arm_name,
     .at = offsetof(struct arm_choice, name)},
    {.name = "codec",
     .takes = "a codec (zstd-3) or policy",
     .standard = "the scenario's",
     .says = "as in `codecs`",
     .read = read_arm_codec},
    {.name = "encoding",
     .takes = "raw, base64-json or a way of images",
     .standard = "the scenario's",
     .says = "as in `encodings`",
     .read = read_arm_encoding,
     .words = ENCODING_NAMES},
    {.name = "batching",
     .takes = "{records: …, bytes: …, linger: …}",
     .standard = "the scenario's",
     .says = "as in `batching`",
     .read = read_arm_batching},
    {.name = "background",
     .takes = "none, or {payload: …, encoding: …, codec: …, load: …}",
     .standard = "the scenario's",
     .says = "as in `background`",
     .read = read_arm_background},
    {.name = "properties",
     .takes = "a map of librdkafka properties",
     .standard = "none",
     .says = "for both of its clients, in place of what scenario or command line say",
     .read = read_arm_properties},
    {.name = NULL},
};

static enum rc read_arm(struct draft *d, const struct node *n, struct err *e)
{
    struct scenario *s = &d->s;
    if (n->kind != NODE_MAP)
        return node_expect(n, e, "a map with a name, such as {name: before, codec: gzip-6}");
    struct arm_choice *arm = &s->arms[s->arm_count++];
    enum rc rc = old_key_refuse(n, e);
    if (rc == RC_OK)
        rc = field_read_all(ARM_FIELDS, n, arm, e);
    if (rc == RC_OK && arm->has_background)
        rc = read_background(d, node_find(n, "background"), &arm->background, e);
    if (rc != RC_OK)
        return rc;
    if (arm->name == NULL)
        return node_refuse(n, e, "found no name; expected {name: before, codec: gzip-6}");
    for (size_t i = 0; i + 1 < s->arm_count; i++)
        if (strcmp(s->arms[i].name, arm->name) == 0)
            return node_refuse(n, e,
                               "found the name \"%s\" a second time; expected a name of its "
                               "own",
                               arm->name);
    return RC_OK;
}

enum rc read_arms(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct scenario *s = &((struct draft *)into)->s;
    if (n->kind != NODE_LIST)
        return node_expect(n, e, "%s", f->takes);
    if (n->count < 2 || n->count > SWEEP_MAX)
        return node_refuse(n, e, "found %zu arm%s; expected 2 to %d", n->count,
                           n->count == 1 ? "" : "s", SWEEP_MAX);
    s->arms = calloc(n->count, sizeof *s->arms);
    if (s->arms == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < n->count; i++)
        rc = read_arm(into, n->item[i], e);
    return rc;
}

/* --- arms and sweeps --- */

bool arms_set_codec(const struct scenario *s)
{
    return s->arm_count > 0 && sweep_arms_setting(s, DIMENSION_CODEC) == s->arm_count;
}

enum rc arms_take_codec(struct scenario *s, struct err *e)
{
    s->codecs = calloc(1, sizeof *s->codecs);
    if (s->codecs == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    s->codecs[0] = s->arms[0].codec;
    s->codec_count = 1;
    return RC_OK;
}

enum rc arms_check(const struct draft *draft, struct err *e)
{
    const struct scenario *s = &draft->s;
    for (int d = 0; d < DIMENSIONS; d++) {
        const struct node *n = node_find(draft->top, SWEEPS[d].key);
        size_t set = sweep_arms_setting(s, (enum dimension)d);
        if (n != NULL && set > 0 && SWEEPS[d].count(s) > 1)
            return node_refuse(n, e,
                               "found a sweep of what an arm sets itself; expected one value "
                               "for the arms that set none");
        if (n != NULL && set > 0 && set == s->arm_count)
            return node_refuse(n, e, "found it beside arms that all set it; expected none");
    }
    const struct node *n = node_find(draft->top, "compare");
    bool listed = s->compare == DIMENSION_ARM && s->compared == NULL;
    if (n != NULL && listed != (s->arm_count > 0))
        return s->arm_count > 0
                   ? node_expect(n, e, "arms, or none, because of arms:")
                   : node_refuse(n, e, "found arms, but no arms: are listed; expected both");
    if (s->exact && sweep_arms_setting(s, DIMENSION_BATCHING) > 0)
        return node_refuse(node_find(draft->top, "arms"), e,
                           "found batching in an arm with exact: true; expected batching of "
                           "the scenario");
    return RC_OK;
}
