#include "scenarios/sweep.h"

#include "base/quantity.h"

#include <stdio.h>

static char *copy(const char *label, char *text)
{
    (void)snprintf(text, SCENARIO_LABEL, "%s", label);
    return text;
}

/* --- codecs --- */

static size_t count_codecs(const struct scenario *s)
{
    return s->codec_count;
}

static char *label_codec(const struct scenario *s, size_t i, char *text)
{
    return codec_choice_label(&s->codecs[i], text);
}

static char *label_arm_codec(const struct arm_choice *a, char *text)
{
    return a->has_codec ? codec_choice_label(&a->codec, text) : NULL;
}

/* --- payloads --- */

static size_t count_payloads(const struct scenario *s)
{
    return s->payload_count;
}

static char *label_payload(const struct scenario *s, size_t i, char *text)
{
    return copy(s->payloads[i].name, text);
}

static size_t count_sizes(const struct scenario *s)
{
    return s->record_bytes_count;
}

static char *label_size(const struct scenario *s, size_t i, char *text)
{
    char size[QUANTITY_TEXT];
    return copy(s->record_bytes[i] > 0 ? quantity_format_size(s->record_bytes[i], size) : "natural",
                text);
}

/* --- encodings --- */

static size_t count_encodings(const struct scenario *s)
{
    return s->encoding_count;
}

static char *label_encoding(const struct scenario *s, size_t i, char *text)
{
    return copy(ENCODING_NAMES[s->encodings[i]], text);
}

static char *label_arm_encoding(const struct arm_choice *a, char *text)
{
    return a->has_encoding ? copy(ENCODING_NAMES[a->encoding], text) : NULL;
}

/* --- batching --- */

static size_t count_batchings(const struct scenario *s)
{
    return s->batching_count;
}

static char *label_batching(const struct scenario *s, size_t i, char *text)
{
    return batching_label(&s->batchings[i], text);
}

static char *label_arm_batching(const struct arm_choice *a, char *text)
{
    return a->has_batching ? batching_label(&a->batching, text) : NULL;
}

/* --- load and link --- */

static size_t count_loads(const struct scenario *s)
{
    return s->load_count;
}

static char *label_load(const struct scenario *s, size_t i, char *text)
{
    return load_label(&s->loads[i], text);
}

static size_t count_links(const struct scenario *s)
{
    return s->link_count;
}

static char *label_link(const struct scenario *s, size_t i, char *text)
{
    return link_label(&s->links[i], text);
}

/* --- background --- */

static size_t count_backgrounds(const struct scenario *s)
{
    return s->background_count;
}

static char *label_background(const struct scenario *s, size_t i, char *text)
{
    return background_label(&s->backgrounds[i], text);
}

static char *label_arm_background(const struct arm_choice *a, char *text)
{
    return a->has_background ? background_label(&a->background, text) : NULL;
}

/* --- partitions --- */

static size_t count_partitions(const struct scenario *s)
{
    return s->partitions_count;
}

static char *label_partitions(const struct scenario *s, size_t i, char *text)
{
    (void)snprintf(text, SCENARIO_LABEL, "%lld partition%s", (long long)s->partitions[i],
                   s->partitions[i] == 1 ? "" : "s");
    return text;
}

/* --- brokers --- */

static size_t count_brokers(const struct scenario *s)
{
    return s->brokers_count;
}

static char *label_brokers(const struct scenario *s, size_t i, char *text)
{
    (void)snprintf(text, SCENARIO_LABEL, "%lld broker%s", (long long)s->brokers[i],
                   s->brokers[i] == 1 ? "" : "s");
    return text;
}

/* --- parameters of the workload --- */

/* The values of a compared key are the arms; the parameters are the rest. */
static const struct workload_key *compared_key(const struct scenario *s)
{
    return s->arm_count == 0 ? s->compared : NULL;
}

static size_t count_parameters(const struct scenario *s)
{
    return compared_key(s) != NULL ? s->parameters_count / s->compared_count : s->parameters_count;
}

static char *label_parameters(const struct scenario *s, size_t i, char *text)
{
    (void)workload_parameters_label(s->workload, &s->parameters[i], compared_key(s), text);
    return text;
}

/* --- arms that are spelled out, or values of a key --- */

static size_t count_arms(const struct scenario *s)
{
    if (compared_key(s) != NULL)
        return s->compared_count;
    return s->arm_count > 0 ? s->arm_count : 1;
}

static char *label_arm(const struct scenario *s, size_t i, char *text)
{
    if (compared_key(s) == NULL)
        return copy(s->arm_count > 0 ? s->arms[i].name : "", text);
    return workload_value_label(s->workload, &s->parameters[i * count_parameters(s)], s->compared,
                                text);
}

/* --- the table --- */

const struct sweep SWEEPS[DIMENSIONS] = {
    [DIMENSION_CODEC] = {.key = "codecs",
                         .count = count_codecs,
                         .label = label_codec,
                         .label_of_arm = label_arm_codec,
                         .compared_unasked = true},
    [DIMENSION_PAYLOAD] = {.key = "payloads",
                           .count = count_payloads,
                           .label = label_payload,
                           .not_compared = "records that differ are no comparison"},
    [DIMENSION_RECORD_BYTES] = {.key = "record_bytes",
                                .count = count_sizes,
                                .label = label_size,
                                .not_compared = "records that differ are no comparison"},
    [DIMENSION_ENCODING] = {.key = "encodings",
                            .count = count_encodings,
                            .label = label_encoding,
                            .label_of_arm = label_arm_encoding,
                            .compared_unasked = true},
    [DIMENSION_BATCHING] = {.key = "batching",
                            .count = count_batchings,
                            .label = label_batching,
                            .label_of_arm = label_arm_batching,
                            .compared_unasked = true},
    [DIMENSION_LOAD] = {.key = "load",
                        .count = count_loads,
                        .label = label_load,
                        .not_compared = "all arms of a comparison get one load"},
    [DIMENSION_LINK] = {.key = "link", .lead = "link ", .count = count_links, .label = label_link},
    [DIMENSION_BACKGROUND] = {.key = "background",
                              .lead = "background ",
                              .count = count_backgrounds,
                              .label = label_background,
                              .label_of_arm = label_arm_background},
    [DIMENSION_PARTITIONS] = {.key = "partitions",
                              .count = count_partitions,
                              .label = label_partitions},
    [DIMENSION_BROKERS] = {.key = "brokers", .count = count_brokers, .label = label_brokers},
    [DIMENSION_PARAMETERS] = {.key = "workload",
                              .count = count_parameters,
                              .label = label_parameters,
                              .compared_unasked = true},
    [DIMENSION_ARM] = {.key = "arms", .count = count_arms, .label = label_arm},
};

size_t sweep_arms_setting(const struct scenario *s, enum dimension d)
{
    char text[SCENARIO_LABEL];
    size_t count = 0;
    for (size_t i = 0; SWEEPS[d].label_of_arm != NULL && i < s->arm_count; i++)
        count += SWEEPS[d].label_of_arm(&s->arms[i], text) != NULL;
    return count;
}
