#include "cli/list/list_claims.h"

#include "base/home.h"
#include "bench/claims/claims_known.h"

#include <stdio.h>
#include <string.h>

enum { FIRST_WORDS = 96, KINDS_SHOWN = 64 };

static bool kind_is_new(const struct claim *c, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (c->tests[j].kind == c->tests[i].kind)
            return false;
    return true;
}

/* Bytes of the first words that fit, cut at a blank. */
static int first_words(const char *words)
{
    size_t length = strlen(words);
    if (length <= FIRST_WORDS)
        return (int)length;
    for (length = FIRST_WORDS; length > 0 && words[length] != ' ';)
        length--;
    return (int)length;
}

static enum rc claim_text(const struct claim *c, struct buf *out, struct err *e)
{
    char kinds[KINDS_SHOWN] = "";
    for (size_t i = 0; i < c->test_count; i++) {
        size_t used = strlen(kinds);
        if (kind_is_new(c, i))
            (void)snprintf(kinds + used, sizeof kinds - used, "%s%s", used > 0 ? ", " : "",
                           TEST_KIND_NAMES[c->tests[i].kind]);
    }
    char words[FIRST_WORDS + 2]; /* one byte more than fits tells that there is more */
    (void)snprintf(words, sizeof words, "%s", c->words);
    for (char *at = words; *at != '\0'; at++)
        *at = *at == '\n' || *at == '\t' ? ' ' : *at;
    err_one_line(words);
    int shown = first_words(words);
    return buf_appendf(out, e, "  %-5s%-24s %.*s%s\n", c->id, kinds, shown, words,
                       c->words[shown] != '\0' ? " …" : "");
}

static enum rc load_claims(struct claims *out, struct err *e)
{
    struct home home;
    enum rc rc = home_find(&home, e);
    return rc == RC_OK ? claims_known_load(&home, out, e) : rc;
}

enum rc list_claims_text(struct buf *out, struct err *e)
{
    struct claims claims = {0};
    enum rc rc = load_claims(&claims, e);
    for (size_t i = 0; rc == RC_OK && i < claims.count; i++) {
        const char *document = claims.all[i].document;
        if (i == 0 || strcmp(document, claims.all[i - 1].document) != 0)
            rc = buf_appendf(out, e, "%s%s\n", i == 0 ? "" : "\n", document);
        if (rc == RC_OK)
            rc = claim_text(&claims.all[i], out, e);
    }
    claims_free(&claims);
    return rc;
}

enum rc list_claims_json(struct json_writer *w, struct err *e)
{
    struct claims claims = {0};
    enum rc rc = load_claims(&claims, e);
    for (size_t i = 0; rc == RC_OK && i < claims.count; i++) {
        const struct claim *c = &claims.all[i];
        json_write_object(w, NULL);
        json_write_text(w, "id", c->id);
        json_write_text(w, "document", c->document);
        json_write_text(w, "words", c->words);
        json_write_text(w, "trap", c->trap);
        json_write_array(w, "kinds");
        for (size_t j = 0; j < c->test_count; j++)
            if (kind_is_new(c, j))
                json_write_text(w, NULL, TEST_KIND_NAMES[c->tests[j].kind]);
        json_write_close(w);
        json_write_close(w);
    }
    claims_free(&claims);
    return rc;
}
