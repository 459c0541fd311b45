/* The keys of a file of claims: the tables that read them and the text that describes them. */
#define _GNU_SOURCE
#include "base/buf.h"
#include "scenarios/claim_loader.h"
#include "scenarios/loader.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

enum { ID_CHARS = 12 };

static const char *const STRATA_WORDS[] = {"every", "any", "typical", NULL};
static const char *const EXPECT_WORDS[] = {"stored", "refused", NULL};

/* Letters, then digits. */
static enum rc read_id(const struct field *f, const struct node *n, void *into, struct err *e)
{
    size_t letters = 0;
    const char *text = n->kind == NODE_TEXT ? n->text : "";
    while (isalpha((unsigned char)text[letters]))
        letters++;
    size_t digits = strspn(text + letters, "0123456789");
    if (letters == 0 || digits == 0 || text[letters + digits] != '\0' ||
        letters + digits > ID_CHARS)
        return node_expect(n, e, "%s", f->takes);
    return field_text(f, n, into, e);
}

/* A word of a table that the caller brought. */
static enum rc read_known(const struct field *f, const struct node *n, void *into,
                          const char *const *known, struct err *e)
{
    for (size_t i = 0; n->kind == NODE_TEXT && known != NULL && known[i] != NULL; i++)
        if (strcmp(known[i], n->text) == 0)
            return field_text(f, n, into, e);
    static const char *const nothing[] = {NULL};
    return field_refuse_word(n, known != NULL ? known : nothing, e);
}

static enum rc read_metric(const struct field *f, const struct node *n, void *into, struct err *e)
{
    enum { METRICS_MOST = 128 };
    const struct claim_metric *metrics = ((struct test_draft *)into)->places->metrics;
    const char *names[METRICS_MOST + 1] = {NULL};
    for (size_t i = 0; metrics != NULL && i < METRICS_MOST && metrics[i].name != NULL; i++)
        names[i] = metrics[i].name;
    return read_known(f, n, into, names, e);
}

static enum rc read_probe(const struct field *f, const struct node *n, void *into, struct err *e)
{
    return read_known(f, n, into, ((struct test_draft *)into)->places->probes, e);
}

static enum rc read_client(const struct field *f, const struct node *n, void *into, struct err *e)
{
    return read_known(f, n, into, CLAIM_CLIENTS, e);
}

static enum rc read_expect(const struct field *f, const struct node *n, void *into, struct err *e)
{
    return read_known(f, n, into, EXPECT_WORDS, e);
}

static enum rc read_name(const struct field *f, const struct node *n, void *into, struct err *e)
{
    if (n->kind != NODE_TEXT || !scenario_name_valid(n->text))
        return node_expect(n, e, "%s", f->takes);
    return field_text(f, n, into, e);
}

static enum rc read_strata(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct field word = *f;
    int which = 0;
    word.at = 0;
    enum rc rc = field_word(&word, n, &which, e);
    if (rc != RC_OK)
        return rc;
    struct claim_test *t = &((struct test_draft *)into)->t;
    t->any_stratum = which == 1;
    t->typical = which == 2;
    return RC_OK;
}

static enum rc read_tolerance(const struct field *f, const struct node *n, void *into,
                              struct err *e)
{
    return claim_read_share(n, 0, f->takes, &((struct test_draft *)into)->t.tolerance, e);
}

/* Read when the others are known. */
static enum rc read_later(const struct field *f, const struct node *n, void *into, struct err *e)
{
    (void)f;
    (void)e;
    struct node *kept = NULL;
    for (size_t i = 0; n->parent != NULL && i < n->parent->count; i++)
        if (n->parent->item[i] == n)
            kept = n->parent->item[i];
    memcpy((char *)into + f->at, &kept, sizeof(struct node *));
    return RC_OK;
}

#define IN_FILE(member) offsetof(struct file_draft, member)
#define IN_CLAIM(member) offsetof(struct claim_draft, c.member)
#define IN_TEST(member) offsetof(struct test_draft, t.member)

const struct field CLAIM_FILE_FIELDS[] = {
    {.name = "document",
     .takes = "text",
     .standard = "must be given",
     .says = "which document makes these claims",
     .read = field_text,
     .at = IN_FILE(document)},
    {.name = "claims",
     .takes = "a list of claims",
     .standard = "must be given",
     .says = "see below",
     .read = read_later,
     .at = IN_FILE(list)},
    {.name = NULL},
};

const struct field CLAIM_FIELDS[] = {
    {.name = "id",
     .takes = "letters and digits, such as Z01",
     .standard = "must be given",
     .says = "what `assay claims` calls it; no other claim has it",
     .read = read_id,
     .at = IN_CLAIM(id)},
    {.name = "words",
     .takes = "text",
     .standard = "must be given",
     .says = "the document's own words; … stands for what was left out",
     .read = field_text,
     .at = IN_CLAIM(words)},
    {.name = "trap",
     .takes = "text",
     .standard = "nothing",
     .says = "how one could be misled",
     .read = field_text,
     .at = IN_CLAIM(trap)},
    {.name = "map",
     .takes = "text",
     .standard = "no map",
     .says = "title of a map of the strata: payload and size by batching, load and link",
     .read = field_text,
     .at = IN_CLAIM(map)},
    {.name = "questions",
     .takes = "true or false",
     .standard = "false",
     .says = "its tests are questions of their own: unlike answers leave the claim INCONCLUSIVE",
     .read = field_flag,
     .at = IN_CLAIM(questions)},
    {.name = "tests",
     .takes = "a list of tests",
     .standard = "must be given",
     .says = "all of them must hold",
     .read = claim_read_tests},
    {.name = NULL},
};

const struct field CLAIM_TEST_FIELDS[] = {
    {.name = "kind",
     .takes = "change, difference, level, ranking, probe, client, arithmetic or not_built",
     .standard = "must be given",
     .says = "how it is decided",
     .read = field_word,
     .at = IN_TEST(kind),
     .words = TEST_KIND_NAMES},
    {.name = "says",
     .takes = "text",
     .standard = "nothing",
     .says = "what is tested, in a few words",
     .read = field_text,
     .at = IN_TEST(says)},
    {.name = "given",
     .takes = "text",
     .standard = "nothing",
     .says = "what the words take for granted",
     .read = field_text,
     .at = IN_TEST(given)},
    {.name = "metric",
     .takes = "a metric of summary.json",
     .standard = "must be given with change, difference, level and ranking",
     .says = "what is compared",
     .read = read_metric,
     .at = IN_TEST(metric)},
    {.name = "from",
     .takes = "an arm of the scenario",
     .standard = "must be given with change and difference",
     .says = "what it is compared with",
     .read = field_text,
     .at = IN_TEST(from)},
    {.name = "to",
     .takes = "an arm of the scenario",
     .standard = "must be given with change and difference",
     .says = "what the words are about",
     .read = field_text,
     .at = IN_TEST(to)},
    {.name = "arm",
     .takes = "an arm of the scenario",
     .standard = "must be given with level",
     .says = "what the words are about",
     .read = field_text,
     .at = offsetof(struct test_draft, arm)},
    {.name = "order",
     .takes = "a list of arms; a\\|b for arms between which nothing is said",
     .standard = "must be given with ranking",
     .says = "lowest first",
     .read = claim_read_texts,
     .at = IN_TEST(order)},
    {.name = "band",
     .takes = "{below: …, to: …} or {above: …, to: …}",
     .standard = "must be given with change, difference and level",
     .says = "what the words promise",
     .read = read_later,
     .at = offsetof(struct test_draft, band)},
    {.name = "where",
     .takes = "a map, see below",
     .standard = "every group of the scenario",
     .says = "which groups of the scenario are strata",
     .read = claim_read_where},
    {.name = "strata",
     .takes = "every, any or typical",
     .standard = "every",
     .says =
         "any for words like \"up to\" and \"can\": one stratum is enough; typical for a figure "
         "like \"~40 %\": the middle of the strata lies within both edges",
     .read = read_strata,
     .words = STRATA_WORDS},
    {.name = "remark",
     .takes = "true or false",
     .standard = "false",
     .says = "it is shown beside the others and decides nothing",
     .read = field_flag,
     .at = IN_TEST(remark)},
    {.name = "tolerance",
     .takes = "a share in %, 0 % to 100 %",
     .standard = "0 %",
     .says = "of exact metrics: differences up to it do not count",
     .read = read_tolerance},
    {.name = "scenario",
     .takes = "the name of a file in scenarios/claims/measure",
     .standard = "must be given with change, difference, level and ranking",
     .says = "what measures it",
     .read = read_name,
     .at = IN_TEST(scenario)},
    {.name = "full",
     .takes = "the name of a file in scenarios/claims/measure",
     .standard = "the same as scenario",
     .says = "what measures it with --full",
     .read = read_name,
     .at = IN_TEST(scenario_full)},
    {.name = "probe",
     .takes = "the name of a probe",
     .standard = "must be given with probe",
     .says = "what is tried",
     .read = read_probe,
     .at = IN_TEST(probe)},
    {.name = "client",
     .takes = "a client library, such as aiokafka-0.11.0",
     .standard = "must be given with client",
     .says = "whose records are looked at",
     .read = read_client,
     .at = IN_TEST(client)},
    {.name = "codec",
     .takes = "a codec, with or without a level: zstd, zstd-22",
     .standard = "must be given with client",
     .says = "what it is asked to use",
     .read = read_name,
     .at = IN_TEST(client_codec)},
    {.name = "expect",
     .takes = "stored or refused",
     .standard = "must be given with client",
     .says = "what the words promise",
     .read = read_expect,
     .at = IN_TEST(client_expect)},
    {.name = "figures",
     .takes = "a map of names and numbers",
     .standard = "must be given with arithmetic",
     .says = "the document's own figures",
     .read = claim_read_figures},
    {.name = "checks",
     .takes = "a list of checks, see below",
     .standard = "must be given with arithmetic",
     .says = "what must hold between them",
     .read = read_later,
     .at = offsetof(struct test_draft, checks)},
    {.name = "reason",
     .takes = "text",
     .standard = "must be given with not_built",
     .says = "what is missing",
     .read = field_text,
     .at = IN_TEST(reason)},
    {.name = NULL},
};

static enum rc describe_only(const struct field *f, const struct node *n, void *into, struct err *e)
{
    (void)into;
    return n->kind == NODE_TEXT && !node_is_nothing(n) ? RC_OK : node_expect(n, e, "%s", f->takes);
}

static const char EDGE_TAKES[] =
    "-20 % for a change, else a value in the metric's unit: 10 ms, 5 MB, 0.95";

const struct field CLAIM_BAND_FIELDS[] = {
    {.name = "below",
     .takes = EDGE_TAKES,
     .standard = "this or above",
     .says = "it holds below this edge",
     .read = describe_only},
    {.name = "above",
     .takes = EDGE_TAKES,
     .standard = "this or below",
     .says = "it holds above this edge",
     .read = describe_only},
    {.name = "to",
     .takes = EDGE_TAKES,
     .standard = "no far edge",
     .says = "beyond this the words understate",
     .read = describe_only},
    {.name = NULL},
};

/* One for each dimension. */
#define WHERE_ROW(id, member, compared, chosen, key, what, none)                                   \
    {.name = (key),                                                                                \
     .takes = "a text or a list of them",                                                          \
     .standard = "all",                                                                            \
     .says = (what),                                                                               \
     .read = claim_read_texts,                                                                     \
     .at = offsetof(struct claim_filter, takes) + DIMENSION_##id * sizeof(char **)},

const struct field CLAIM_WHERE_FIELDS[] = {
    DIMENSION_ROWS(WHERE_ROW) WHERE_ROW(RECORD_BYTES, record_bytes, , , "record_bytes",
                                        "\"natural\", \"1.00 KB\"", ){.name = NULL},
};

const struct field CLAIM_CHECK_FIELDS[] = {
    {.name = "says",
     .takes = "text",
     .standard = "nothing",
     .says = "what is checked",
     .read = describe_only},
    {.name = "holds",
     .takes = "a comparison: + - * / ( ), figures and numbers; one of = < > <= >=",
     .standard = "must be given",
     .says = "what must hold: sent - processed = 0",
     .read = describe_only},
    {.name = "tolerance",
     .takes = "a share in %, 0 % to 100 %",
     .standard = "0 %",
     .says = "of the right side; for =",
     .read = describe_only},
    {.name = NULL},
};

enum rc claim_describe_keys(struct buf *out, struct err *e)
{
    static const struct {
        const char *title;
        const struct field *table;
    } tables[] = {
        {"A file of claims", CLAIM_FILE_FIELDS}, {"A claim", CLAIM_FIELDS},
        {"A test", CLAIM_TEST_FIELDS},           {"A `band`", CLAIM_BAND_FIELDS},
        {"A `where`", CLAIM_WHERE_FIELDS},       {"An entry of `checks`", CLAIM_CHECK_FIELDS},
    };
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof tables / sizeof tables[0]; i++)
        rc = field_describe(tables[i].title, tables[i].table, out, e);
    return rc;
}
