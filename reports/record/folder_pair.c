#define _GNU_SOURCE
#include "reports/record/folder_pair.h"

#include "base/fs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t ENVIRONMENT_BYTES_MAX = (size_t)1 << 20;

/* The failure of a folder, as that of a baseline. */
static enum rc as(enum rc kind, struct err *e)
{
    if (e->rc == RC_INPUT)
        e->rc = kind;
    return e->rc;
}

static enum rc read_results(const char *folder, enum rc kind, struct results *out, struct err *e)
{
    if (!fs_exists(folder))
        return err_set(e, kind, "%s%s does not exist", kind == RC_BASELINE ? "no baseline: " : "",
                       folder);
    if (results_read(folder, out, e) != RC_OK) {
        (void)as(kind, e);
        return kind == RC_BASELINE ? err_wrap(e, "no baseline") : e->rc;
    }
    if (out->cut_bytes > 0)
        return err_set(e, kind,
                       "%s/" FOLDER_TRIALS " is truncated (its last line has no end): the run was "
                       "killed while it wrote; run it again",
                       folder);
    return RC_OK;
}

static enum rc read_environment(const char *folder, enum rc kind, struct environment **out,
                                struct err *e)
{
    struct buf text;
    bool missing = false;
    *out = malloc(sizeof **out);
    if (*out == NULL)
        return err_set(e, RC_INFRA, "out of memory");
    buf_init(&text, ENVIRONMENT_BYTES_MAX);
    enum rc rc = results_file(folder, FOLDER_ENVIRONMENT, &text, &missing, e);
    if (rc == RC_OK && environment_read(buf_span(&text), *out, e) != RC_OK)
        rc = err_wrap(e, "%s/" FOLDER_ENVIRONMENT, folder);
    if (rc != RC_OK && missing)
        rc = err_set(e, RC_INPUT,
                     "%s has no " FOLDER_ENVIRONMENT ", so that nobody knows on which host it was "
                     "measured; --any-host compares all the same",
                     folder);
    buf_release(&text);
    return rc == RC_OK ? RC_OK : as(kind, e);
}

static enum rc refuse_other_host(const struct folder_pair *p, struct err *e)
{
    for (size_t i = 0; i < p->change_count; i++)
        if (p->changes[i].host)
            return err_set(e, RC_BASELINE,
                           "the baseline is from another host (%s: %s, now %s): times cannot be "
                           "compared; measure it again here, or compare all the same with "
                           "--any-host",
                           p->changes[i].what, p->changes[i].from, p->changes[i].to);
    return RC_OK;
}

static enum rc compare_environments(struct folder_pair *p, bool any_host, struct err *e)
{
    struct environment *a = NULL, *b = NULL;
    enum rc rc = read_environment(p->a.path, RC_BASELINE, &a, e);
    if (rc == RC_OK)
        rc = read_environment(p->b.path, RC_INPUT, &b, e);
    if (rc == RC_OK)
        p->change_count = environment_changes(a, b, p->changes);
    free(a);
    free(b);
    if (rc != RC_OK && rc != RC_INFRA && any_host) {
        (void)snprintf(p->unknown, sizeof p->unknown, "%s", e->text);
        err_one_line(p->unknown);
        e->text[0] = '\0';
        return RC_OK;
    }
    for (size_t i = 0; i < p->change_count; i++)
        p->other_host = p->other_host || p->changes[i].host;
    return rc == RC_OK && !any_host ? refuse_other_host(p, e) : rc;
}

static enum rc refuse_same(const char *a, const char *b, struct err *e)
{
    char *real_a = realpath(a, NULL);
    char *real_b = realpath(b, NULL);
    bool same = real_a != NULL && real_b != NULL && strcmp(real_a, real_b) == 0;
    free(real_a);
    free(real_b);
    if (same)
        return err_set(e, RC_INPUT, "%s and %s are the same folder; compare two runs", a, b);
    return RC_OK;
}

enum rc folder_pair_read(const char *a, const char *b, bool any_host, struct folder_pair *out,
                         struct err *e)
{
    *out = (struct folder_pair){.change_count = 0};
    enum rc rc = refuse_same(a, b, e);
    if (rc == RC_OK) /* a usage error wins over an absent baseline */
        rc = read_results(b, RC_INPUT, &out->b, e);
    if (rc == RC_OK)
        rc = read_results(a, RC_BASELINE, &out->a, e);
    if (rc == RC_OK)
        rc = compare_environments(out, any_host, e);
    if (rc != RC_OK)
        folder_pair_release(out);
    return rc;
}

void folder_pair_release(struct folder_pair *p)
{
    results_release(&p->a);
    results_release(&p->b);
}
