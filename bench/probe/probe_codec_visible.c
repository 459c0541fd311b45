/*
 * After a silent fallback, who tells which codec is in use? A record that nobody can compress is
 * sent with gzip; the batch is stored uncompressed. Asked then: the client's log, its settings in
 * force, its debug log, and the console consumer with everything it can print.
 */
#include "base/program.h"
#include "base/rng.h"
#include "bench/probe/probe_topic.h"
#include "bench/probe/probes.h"
#include "bench/testbed/broker/broker_install.h"
#include "core/kafka/log_trial.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { RECORD_BYTES = 100000, LINES_MAX = 1 << 20, OUTPUT_MAX = 1 << 20, WORD_TEXT = 64 };

/* Whether text holds the word, in either case. */
static bool holds(struct span text, const char *word)
{
    size_t size = strlen(word);
    for (size_t at = 0; at + size <= text.size; at++) {
        size_t i = 0;
        while (i < size && tolower(text.data[at + i]) == word[i])
            i++;
        if (i == size)
            return true;
    }
    return false;
}

/* What a text names: the codec stored, the one asked for, or neither. */
static const char *named(struct span text)
{
    if (holds(text, "uncompressed"))
        return "\"uncompressed\"";
    if (holds(text, "gzip"))
        return "\"gzip\"";
    return holds(text, "compress") ? "compression, but not which" : "no codec";
}

static size_t count_lines(struct span text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.size; i++)
        n += text.data[i] == '\n' ? 1 : 0;
    return n;
}

static enum rc send_logged(const struct probe_topic *t, const char *debug, struct buf *lines,
                           struct err *e)
{
    uint8_t value[RECORD_BYTES];
    struct rng r;
    rng_init(&r, 1, 0);
    rng_fill(&r, value, sizeof value);
    const struct log_trial trial = {.cluster = t->context->testbed->cluster,
                                    .topic = t->name,
                                    .codec = "gzip",
                                    .debug = debug,
                                    .value = span_of(value, sizeof value)};
    return log_trial_send(&trial, lines, e);
}

/* Everything the console consumer prints of the two records; "" where there is no Kafka here. */
static enum rc consume(const struct probe_topic *t, struct buf *output, struct err *e)
{
    struct kafka_install kafka;
    struct err absent = {0};
    int exit_code = 0;
    if (t->context->home == NULL || !program_exists("java") ||
        kafka_install_find(t->context->home, &kafka, &absent) != RC_OK)
        return RC_OK;
    const char *argv[] = {"java",
                          "-cp",
                          kafka.class_path,
                          "org.apache.kafka.tools.consumer.ConsoleConsumer",
                          "--bootstrap-server",
                          cluster_bootstrap(t->context->testbed->cluster),
                          "--topic",
                          t->name,
                          "--from-beginning",
                          "--max-messages",
                          "2",
                          "--timeout-ms",
                          "20000",
                          "--formatter-property",
                          "print.timestamp=true",
                          "--formatter-property",
                          "print.offset=true",
                          "--formatter-property",
                          "print.partition=true",
                          "--formatter-property",
                          "print.headers=true",
                          "--formatter-property",
                          "print.value=true",
                          NULL};
    const struct program p = {.argv = argv};
    enum rc rc = program_run(&p, output, &exit_code, e);
    kafka_install_release(&kafka);
    if (rc == RC_OK && exit_code != 0)
        rc = err_set(e, RC_INFRA, "the console consumer ended with exit code %d", exit_code);
    return rc;
}

struct heard {
    struct buf log, debug_log, consumer;
    char stored[PROBE_REFUSAL];
    char in_force[WORD_TEXT]; /* the producer's compression.codec, as it says itself */
};

static void ignore_report(void *ctx, const struct delivery_report *r)
{
    (void)ctx, (void)r;
}

/* What a producer says of its own settings. */
static enum rc ask_settings(const struct probe_topic *t, char *codec, struct err *e)
{
    struct producer_settings s;
    struct producer *p = NULL;
    struct settings told;
    producer_settings_init(&s);
    s.cluster = t->context->testbed->cluster;
    s.topic = t->name;
    s.codec.codec = codec_find("gzip");
    s.on_delivery = ignore_report;
    enum rc rc = producer_open(&s, &p, e);
    if (rc == RC_OK)
        rc = producer_in_force(p, &told, e);
    if (rc == RC_OK) {
        const char *value = settings_find(&told, "compression.codec");
        (void)snprintf(codec, WORD_TEXT, "%.*s", WORD_TEXT - 1, value != NULL ? value : "nothing");
        settings_release(&told);
    }
    producer_close(p);
    return rc;
}

static enum rc listen(const struct probe_topic *t, struct heard *h, struct err *e)
{
    struct stored_summary stored;
    enum rc rc = send_logged(t, "", &h->log, e);
    if (rc == RC_OK)
        rc = send_logged(t, "msg", &h->debug_log, e);
    if (rc == RC_OK)
        rc = probe_stored(t, &stored, e);
    if (rc == RC_OK)
        rc = ask_settings(t, h->in_force, e);
    if (rc == RC_OK)
        rc = consume(t, &h->consumer, e);
    if (rc == RC_OK)
        (void)probe_codecs(&stored, h->stored);
    return rc;
}

static enum rc judge_heard(const struct heard *h, struct probe_result *out)
{
    struct span log = buf_span(&h->log), consumer = buf_span(&h->consumer);
    if (strcmp(h->stored, "none") != 0)
        return probe_answered(out, PROBE_NO_ANSWER,
                              "100 000 random bytes sent with gzip were stored as %s: there was no "
                              "fallback to be seen",
                              h->stored);
    char consumer_says[WORD_TEXT] = "could not be asked (no Kafka jars here)";
    bool shown = holds(log, "compress") || holds(consumer, "compress") || holds(consumer, "codec");
    if (consumer.size > 0)
        (void)snprintf(consumer_says, sizeof consumer_says, "printed %zu bytes, naming %s",
                       consumer.size, named(consumer));
    return probe_answered(
        out, shown ? PROBE_CONFIRMED : PROBE_CONTRADICTED,
        "100 000 random bytes sent with compression.codec=gzip are stored as none, by the batch's "
        "own header. The client logs %zu lines by default, naming %s; with debug=msg %zu lines, "
        "naming %s. Its settings in force say %s all the same. The console consumer, told to print "
        "all it can, %s",
        count_lines(log), named(log), count_lines(buf_span(&h->debug_log)),
        named(buf_span(&h->debug_log)), h->in_force, consumer_says);
}

static enum rc ask_who_tells(const struct probe_context *g, struct probe_result *out, struct err *e)
{
    struct probe_topic topic;
    struct heard h = {0};
    buf_init(&h.log, LINES_MAX);
    buf_init(&h.debug_log, LINES_MAX);
    buf_init(&h.consumer, OUTPUT_MAX);
    enum rc rc = probe_topic_make(g, "visible", NULL, &topic, e);
    if (rc == RC_OK)
        rc = listen(&topic, &h, e);
    if (rc == RC_OK)
        rc = judge_heard(&h, out);
    probe_topic_delete(&topic);
    buf_release(&h.log);
    buf_release(&h.debug_log);
    buf_release(&h.consumer);
    return rc;
}

const struct probe PROBE_CODEC_VISIBLE = {
    .name = "codec-visible",
    .says = "a log line or the console consumer shows which codec is in use",
    .needs_broker = true,
    .expected_s = 4,
    .run = ask_who_tells,
};
