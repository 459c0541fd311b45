/* Other people's clients: scripts/clients/run tries them, its lines of JSON are the answers. */
#define _GNU_SOURCE
#include "base/fs.h"
#include "base/json.h"
#include "base/program.h"
#include "bench/claims/claims_ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WISH_MAX = 1024, ENDED_BY_CTRL_C = 130 };
static const size_t OUTPUT_MAX = (size_t)1 << 24;

static bool is_in(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = strstr(list, name); at != NULL; at = strstr(at + 1, name)) {
        bool begins = at == list || at[-1] == ',';
        if (begins && (at[length] == '\0' || at[length] == ','))
            return true;
    }
    return false;
}

/* What is still to be tried, as the script takes it: names with commas between. */
struct wish {
    char clients[WISH_MAX], codecs[WISH_MAX];
};

static void add_name(char *list, const char *name)
{
    size_t at = strlen(list);
    if (!is_in(list, name))
        (void)snprintf(list + at, WISH_MAX - at, "%s%s", at > 0 ? "," : "", name);
}

static enum rc add_wish(void *ctx, const struct claim *c, size_t test, struct err *e)
{
    struct wish *w = ctx;
    (void)e;
    add_name(w->clients, c->tests[test].client);
    add_name(w->codecs, c->tests[test].client_codec);
    return RC_OK;
}

static const char *text_of(const struct json *v, const char *name)
{
    const struct json *member = json_get(v, name);
    return member != NULL ? json_text(member) : "";
}

/* "zstd-22" is codec zstd told level 22; "zstd" is told nothing about a level. */
static bool line_matches(const struct json *line, const struct claim_test *t)
{
    const char *dash = strchr(t->client_codec, '-');
    size_t length = dash != NULL ? (size_t)(dash - t->client_codec) : strlen(t->client_codec);
    const char *codec = text_of(line, "codec");
    const struct json *level = json_get(line, "level_asked");
    bool has_level = level != NULL && json_kind(level) == JSON_KIND_INT;
    if (strcmp(text_of(line, "client"), t->client) != 0 || strlen(codec) != length ||
        strncmp(codec, t->client_codec, length) != 0 || has_level != (dash != NULL))
        return false;
    return dash == NULL || json_int(level) == strtoll(dash + 1, NULL, 10);
}

/* The batches that arrived, by codec: "11 batches zstd"; *only: in no other codec than asked. */
static void list_stored(const struct json *line, char *text, size_t size, bool *only)
{
    struct json_member m;
    const struct json *stored = json_get(line, "stored");
    size_t used = 0;
    text[0] = '\0';
    *only = stored != NULL && json_size(stored) > 0;
    for (bool more = stored != NULL && json_first(stored, &m); more; more = json_next(stored, &m)) {
        int n = snprintf(text + used, size - used, "%s%lld batches %.40s", used > 0 ? ", " : "",
                         (long long)json_int(m.value), m.name);
        used += n > 0 && (size_t)n < size - used ? (size_t)n : 0;
        *only = *only && strcmp(m.name, text_of(line, "codec")) == 0;
    }
}

static enum verdict judge_outcome(const char *outcome, const char *expected, bool codec_is_stored)
{
    bool wants_stored = strcmp(expected, "stored") == 0;
    if (strcmp(outcome, "unavailable") == 0)
        return VERDICT_NOT_MEASURED;
    if (strcmp(outcome, "stored") == 0)
        return codec_is_stored == wants_stored ? VERDICT_SUPPORTED : VERDICT_REFUTED;
    if (strcmp(outcome, "refused") == 0)
        return wants_stored ? VERDICT_REFUTED : VERDICT_SUPPORTED;
    return wants_stored ? VERDICT_REFUTED : VERDICT_INCONCLUSIVE; /* it failed on the way */
}

/* What one line says of one test. */
static struct finding answer(const struct json *line, const struct claim_test *t, size_t test)
{
    char stored[256];
    bool only;
    const char *outcome = text_of(line, "outcome");
    list_stored(line, stored, sizeof stored, &only);
    struct finding f = {.test = test, .verdict = judge_outcome(outcome, t->client_expect, only)};
    (void)snprintf(f.text, sizeof f.text, "%s (%s %s), %s: %s%s%s; expected: %s; it says: %.400s",
                   t->client, text_of(line, "library"), text_of(line, "version"), t->client_codec,
                   outcome, stored[0] != '\0' ? ", " : "", stored, t->client_expect,
                   text_of(line, "message"));
    err_one_line(f.text);
    return f;
}

struct client_answers {
    const struct claims_ask *ask;
    struct span lines;
    const char *trouble; /* why there may be none */
};

static enum rc find_answer(void *ctx, const struct claim *c, size_t test, struct err *e)
{
    const struct client_answers *a = ctx;
    struct span rest = a->lines;
    while (rest.size > 0) {
        const uint8_t *end = memchr(rest.data, '\n', rest.size);
        size_t length = end != NULL ? (size_t)(end - rest.data) : rest.size;
        struct json *line = NULL;
        struct err ignored;
        bool fits = json_parse(span_of(rest.data, length), &line, &ignored) == RC_OK &&
                    line_matches(line, &c->tests[test]);
        struct finding f = {.test = test};
        if (fits)
            f = answer(line, &c->tests[test], test);
        json_free(line);
        if (fits)
            return claims_run_add_finding(&a->ask->request->claims_run, c->id, &f, e);
        rest = span_of(rest.data + length + (end != NULL), rest.size - length - (end != NULL));
    }
    char why[VERDICT_TEXT];
    (void)snprintf(why, sizeof why, "%.60s with %.40s was not tried: %.300s", c->tests[test].client,
                   c->tests[test].client_codec,
                   a->trouble[0] != '\0' ? a->trouble : "the runner does not offer that");
    return claims_ask_give_up(a->ask->request, c, test, why, e);
}

/* The last line of what a program printed, in place. */
static const char *last_line(struct buf *printed)
{
    if (printed->size == 0)
        return "it said nothing";
    char *text = (char *)printed->data;
    while (printed->size > 0 && text[printed->size - 1] == '\n')
        text[--printed->size] = '\0';
    char *line = strrchr(text, '\n');
    line = line != NULL ? line + 1 : text;
    err_one_line(line);
    return line;
}

static enum rc run_script(const struct claims_ask *a, const struct wish *w, const char *out,
                          struct buf *printed, struct err *e)
{
    char script[HOME_PATH_MAX], self[FS_PATH_MAX];
    int code = 0;
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0)
        return err_set(e, RC_INFRA, "cannot tell where this program lies");
    self[n] = '\0';
    enum rc rc = home_data(&a->request->run->home, "scripts/clients/run", script, e);
    if (rc != RC_OK)
        return rc;
    const char *const argv[] = {script,    "--bootstrap", cluster_bootstrap(a->testbed->cluster),
                                "--assay", self,          "--out",
                                out,       "--only",      w->clients,
                                "--try",   w->codecs,     NULL};
    struct program p = {.argv = argv};
    rc = program_run(&p, printed, &code, e);
    if (*a->request->run->stop || code == ENDED_BY_CTRL_C)
        return err_set(e, RC_INTERRUPTED, "interrupted while other clients were tried");
    if (rc == RC_OK && code != 0)
        rc = err_set(e, RC_INFRA, "%.400s", last_line(printed));
    return rc;
}

/* clients.jsonl, or clients-2.jsonl and so on when an earlier attempt left one. */
static void name_lines(const struct folder *f, char *out, size_t size)
{
    (void)snprintf(out, size, "%s/clients.jsonl", f->path);
    for (int i = 2; fs_exists(out) && i < 1000; i++)
        (void)snprintf(out, size, "%s/clients-%d.jsonl", f->path, i);
}

enum rc claims_ask_clients(const struct claims_ask *a, struct err *e)
{
    struct wish wish = {.clients = ""};
    char out[FOLDER_PATH_MAX + 32];
    struct err trouble = {.text = ""};
    struct buf printed, lines;
    if (!claims_ask_any(a->request, TEST_CLIENT))
        return RC_OK;
    enum rc rc = claims_ask_each(a->request, TEST_CLIENT, add_wish, &wish, e);
    buf_init(&printed, OUTPUT_MAX);
    buf_init(&lines, OUTPUT_MAX);
    name_lines(a->folder, out, sizeof out);
    run_say(&a->request->run->listener, SAY_STEP, "running other people's clients: %s",
            wish.clients);
    if (rc == RC_OK && a->testbed == NULL)
        (void)err_set(&trouble, RC_INFRA, "there is no broker");
    else if (rc == RC_OK && run_script(a, &wish, out, &printed, &trouble) == RC_INTERRUPTED)
        rc = err_set(e, RC_INTERRUPTED, "%s", trouble.text);
    if (rc == RC_OK && fs_exists(out))
        rc = fs_read(out, &lines, e);
    struct client_answers answers = {.ask = a, .lines = buf_span(&lines), .trouble = trouble.text};
    if (rc == RC_OK)
        rc = claims_ask_each(a->request, TEST_CLIENT, find_answer, &answers, e);
    if (rc == RC_OK)
        rc = claims_run_write(&a->request->claims_run, a->folder, e);
    buf_release(&printed);
    buf_release(&lines);
    return rc;
}
