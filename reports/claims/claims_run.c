#include "reports/claims/claims_run.h"

#include "base/fs.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "reports/record/results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t CLAIMS_RUN_BYTES_MAX = (size_t)1 << 24;

enum rc claims_run_add_id(struct claims_run *q, const char *id, struct err *e)
{
    char(*grown)[CLAIMS_RUN_ID_MAX] = realloc(q->ids, (q->count + 1) * sizeof *grown);
    if (grown == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu claims", q->count + 1);
    q->ids = grown;
    (void)snprintf(q->ids[q->count++], CLAIMS_RUN_ID_MAX, "%s", id);
    return RC_OK;
}

enum rc claims_run_add_finding(struct claims_run *q, const char *claim, const struct finding *f,
                               struct err *e)
{
    struct claims_run_finding *grown =
        realloc(q->findings, (q->finding_count + 1) * sizeof *q->findings);
    if (grown == NULL)
        return err_set(e, RC_INFRA, "out of memory for what was found of %s", claim);
    q->findings = grown;
    struct claims_run_finding *one = &q->findings[q->finding_count++];
    *one = (struct claims_run_finding){.found = *f};
    (void)snprintf(one->claim, sizeof one->claim, "%s", claim);
    return RC_OK;
}

enum rc claims_run_add_part(struct claims_run *q, const char *claim, size_t test,
                            struct test_part part, struct err *e)
{
    struct claims_run_part *grown = realloc(q->parts, (q->part_count + 1) * sizeof *q->parts);
    if (grown == NULL)
        return err_set(e, RC_INFRA, "out of memory for the part of %s", claim);
    q->parts = grown;
    struct claims_run_part *one = &q->parts[q->part_count++];
    *one = (struct claims_run_part){.test = test, .part = part};
    (void)snprintf(one->claim, sizeof one->claim, "%s", claim);
    return RC_OK;
}

bool claims_run_knows(const struct claims_run *q, const char *claim, size_t test)
{
    for (size_t i = 0; i < q->finding_count; i++) {
        if (q->findings[i].found.test == test && strcmp(q->findings[i].claim, claim) == 0)
            return true;
    }
    return false;
}

static bool names(const struct claims_run *q, const char *id)
{
    for (size_t i = 0; i < q->count; i++) {
        if (strcmp(q->ids[i], id) == 0)
            return true;
    }
    return false;
}

static enum rc read_ids(const struct json *root, struct claims_run *out, struct err *e)
{
    const struct json *ids = json_get(root, "claims");
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && ids != NULL && i < json_size(ids); i++) {
        const char *id = json_text(json_at(ids, i));
        rc = names(out, id) ? err_set(e, RC_INPUT, "the claim %.40s is named twice", id)
                            : claims_run_add_id(out, id, e);
    }
    return rc;
}

static enum rc read_finding(const struct json *v, struct claims_run *out, struct err *e)
{
    struct finding f = {.test = 0};
    const struct json *claim = json_get(v, "claim"), *verdict = json_get(v, "verdict"),
                      *text = json_get(v, "text"), *test = json_get(v, "test");
    if (claim == NULL || verdict == NULL || text == NULL || test == NULL || json_int(test) < 0)
        return err_set(e, RC_INPUT, "a finding needs claim, test, verdict and text");
    f.test = (size_t)json_int(test);
    f.verdict = verdict_find(json_text(verdict));
    if (f.verdict == VERDICTS)
        return err_set(e, RC_INPUT, "there is no verdict \"%.40s\"", json_text(verdict));
    (void)snprintf(f.text, sizeof f.text, "%s", json_text(text));
    err_one_line(f.text);
    return claims_run_add_finding(out, json_text(claim), &f, e);
}

static bool is_true(const struct json *root, const char *name)
{
    const struct json *v = json_get(root, name);
    return v != NULL && json_bool(v);
}

static int64_t whole(const struct json *root, const char *name)
{
    const struct json *v = json_get(root, name);
    return v != NULL ? json_int(v) : 0;
}

static enum rc read_part(const struct json *v, struct claims_run *out, struct err *e)
{
    const struct json *claim = json_get(v, "claim");
    int64_t test = whole(v, "test"), asked = whole(v, "asked"), left = whole(v, "left_out");
    if (claim == NULL || test < 0 || asked < 0 || left < 0)
        return err_set(e, RC_INPUT, "a part needs claim, test, asked and left_out, none below 0");
    struct test_part part = {.asked = (size_t)asked, .left_out = (size_t)left};
    return claims_run_add_part(out, json_text(claim), (size_t)test, part, e);
}

static enum rc read_choice(const struct json *root, struct claims_run *out, struct err *e)
{
    const struct json *only = json_get(root, "only"), *parts = json_get(root, "parts");
    enum rc rc = RC_OK;
    if (only != NULL && json_text(only)[0] != '\0')
        rc = strata_choice_add(&out->only, json_text(only), e);
    for (size_t i = 0; rc == RC_OK && parts != NULL && i < json_size(parts); i++)
        rc = read_part(json_at(parts, i), out, e);
    return rc;
}

static enum rc read_root(const struct json *root, struct claims_run *out, struct err *e)
{
    const struct json *schema = json_get(root, "schema"), *found = json_get(root, "findings");
    if (schema == NULL || strcmp(json_text(schema), CLAIMS_RUN_SCHEMA) != 0)
        return err_set(e, RC_INPUT, "the schema is not " CLAIMS_RUN_SCHEMA);
    out->full = is_true(root, "full");
    out->looks = is_true(root, "until_decided");
    out->blocks = whole(root, "blocks");
    out->trials_planned = whole(root, "trials_planned");
    if (out->blocks < 0 || out->trials_planned < 0)
        return err_set(e, RC_INPUT, "blocks and trials_planned must be at least 0");
    enum rc rc = read_ids(root, out, e);
    if (rc == RC_OK)
        rc = read_choice(root, out, e);
    for (size_t i = 0; rc == RC_OK && found != NULL && i < json_size(found); i++)
        rc = read_finding(json_at(found, i), out, e);
    if (rc == RC_OK && out->count == 0)
        rc = err_set(e, RC_INPUT, "no claim is named");
    return rc;
}

enum rc claims_run_read(const char *folder, struct claims_run *out, bool *missing, struct err *e)
{
    struct buf text;
    struct json *root = NULL;
    char path[FOLDER_PATH_MAX + sizeof CLAIMS_RUN_FILE + 1];
    *out = (struct claims_run){.ids = NULL};
    (void)snprintf(path, sizeof path, "%s/" CLAIMS_RUN_FILE, folder);
    *missing = !fs_exists(path);
    if (*missing)
        return RC_OK;
    buf_init(&text, CLAIMS_RUN_BYTES_MAX);
    enum rc rc = results_file(folder, CLAIMS_RUN_FILE, &text, NULL, e);
    if (rc == RC_OK)
        rc = json_parse(buf_span(&text), &root, e);
    if (rc == RC_OK)
        rc = read_root(root, out, e);
    json_free(root);
    buf_release(&text);
    if (rc == RC_OK)
        return rc;
    claims_run_release(out);
    return err_wrap(e, "%s/" CLAIMS_RUN_FILE, folder);
}

static void write_choice(struct json_writer *w, const struct claims_run *q)
{
    char only[CHOICE_TEXT];
    if (q->only.count == 0)
        return;
    json_write_text(w, "only", strata_choice_text(&q->only, only));
    json_write_array(w, "parts");
    for (size_t i = 0; i < q->part_count; i++) {
        const struct claims_run_part *p = &q->parts[i];
        json_write_object(w, NULL);
        json_write_text(w, "claim", p->claim);
        json_write_int(w, "test", (int64_t)p->test);
        json_write_int(w, "asked", (int64_t)p->part.asked);
        json_write_int(w, "left_out", (int64_t)p->part.left_out);
        json_write_close(w);
    }
    json_write_close(w);
}

static void write_members(struct json_writer *w, const struct claims_run *q)
{
    json_write_object(w, NULL);
    json_write_text(w, "schema", CLAIMS_RUN_SCHEMA);
    json_write_bool(w, "full", q->full);
    json_write_bool(w, "until_decided", q->looks);
    json_write_int(w, "blocks", q->blocks);
    json_write_int(w, "trials_planned", q->trials_planned);
    write_choice(w, q);
    json_write_array(w, "claims");
    for (size_t i = 0; i < q->count; i++)
        json_write_text(w, NULL, q->ids[i]);
    json_write_close(w);
    json_write_array(w, "findings");
    for (size_t i = 0; i < q->finding_count; i++) {
        const struct claims_run_finding *f = &q->findings[i];
        json_write_object(w, NULL);
        json_write_text(w, "claim", f->claim);
        json_write_int(w, "test", (int64_t)f->found.test);
        json_write_text(w, "verdict", VERDICT_NAMES[f->found.verdict]);
        json_write_text(w, "text", f->found.text);
        json_write_close(w);
    }
    json_write_close(w);
    json_write_close(w);
}

enum rc claims_run_write(const struct claims_run *q, struct folder *f, struct err *e)
{
    struct buf text;
    struct json_writer w;
    buf_init(&text, CLAIMS_RUN_BYTES_MAX);
    json_writer_init(&w, &text, JSON_INDENTED);
    write_members(&w, q);
    enum rc rc = json_writer_end(&w, e);
    if (rc == RC_OK)
        rc = buf_append(&text, "\n", 1, e);
    if (rc == RC_OK)
        rc = folder_write(f, CLAIMS_RUN_FILE, buf_span(&text), e);
    buf_release(&text);
    return rc;
}

void claims_run_release(struct claims_run *q)
{
    free(q->ids);
    free(q->findings);
    free(q->parts);
    *q = (struct claims_run){.ids = NULL};
}
