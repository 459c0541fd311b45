/* Any text as a scenario, and any text as a --set on one: refused with a sentence, or a scenario.
 */
#include "scenarios/scenario.h"

#include <stdlib.h>
#include <string.h>

static const char *const GENERATORS[] = {"alert", "iot", "raster", NULL};
static const struct scenario_places PLACES = {.generators = GENERATORS};
static const char BASE[] = "codecs: [none, {codec: zstd, level: [1, 3]}]\n"
                           "payloads: [{generator: iot, name: a}]\n"
                           "batching: [{records: 5}]\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_whole(enum rc rc, struct scenario *s, const struct err *e)
{
    if (rc != RC_OK && (e->text[0] == '\0' || s != NULL))
        abort();
    if (rc == RC_OK && (s->codec_count == 0 || s->payload_count == 0 || s->load_count == 0 ||
                        s->batching_count == 0 || s->encoding_count == 0 || s->blocks < 1))
        abort();
    scenario_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = {0};
    struct scenario *s = NULL;
    enum rc rc = scenario_parse(&(struct scenario_text){span_of(data, size), "f.yaml"}, &PLACES,
                                NULL, 0, &s, &e);
    expect_whole(rc, s, &e);

    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    struct scenario_override set = {.text = text};
    s = NULL;
    e = (struct err){0};
    rc =
        scenario_parse(&(struct scenario_text){span_str(BASE), "f.yaml"}, &PLACES, &set, 1, &s, &e);
    expect_whole(rc, s, &e);
    free(text);
    return 0;
}
