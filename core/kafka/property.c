#include "core/kafka/property.h"

#include "base/nearest.h"
#include "core/kafka/settings.h"

#include <ctype.h>
#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct property_note {
    const char *key; /* ends with '*': every key that starts so; NULL ends the table */
    const char *says;
};

/* Properties that the trial sets: a user's value would make its record untrue. */
static const struct property_note RESERVED[] = {
    {"enable.idempotence", "a trial is always idempotent with acks=all"},
    {"acks", "a trial always asks for acks=all"},
    {"request.required.acks", "a trial always asks for acks=all"},
    {"compression.codec", "the scenario's codecs: decide it"},
    {"compression.type", "the scenario's codecs: decide it"},
    {"compression.level", "the scenario's codecs: decide it, as in zstd-3"},
    {"batch.num.messages", "the scenario's batching: decides it"},
    {"batch.size", "the scenario's batching: decides it"},
    {"linger.ms", "the scenario's batching: decides it"},
    {"queue.buffering.max.ms", "the scenario's batching: decides it"},
    {"queue.buffering.max.messages", "it follows from the scenario's load"},
    {"queue.buffering.max.kbytes", "it follows from the scenario's load"},
    {"queue.buffering.backpressure.threshold", "it would change how batches fill"},
    {"message.max.bytes", "it follows from the scenario's message_max_bytes"},
    {"message.copy.max.bytes", "payloads are never copied here"},
    {"fetch.message.max.bytes", "it follows from the scenario's message_max_bytes"},
    {"max.partition.fetch.bytes", "it follows from the scenario's message_max_bytes"},
    {"fetch.max.bytes", "it follows from the scenario's message_max_bytes"},
    {"receive.message.max.bytes", "it follows from the scenario's message_max_bytes"},
    {"queued.max.messages.kbytes", "it follows from the scenario's message_max_bytes"},
    {"check.crcs", "what is received is always checked"},
    {"enable.auto.commit", "nothing is committed: every trial reads from offsets it knows"},
    {"enable.auto.offset.store", "nothing is committed: every trial reads from offsets it knows"},
    {"auto.offset.reset", "every trial reads from offsets it knows"},
    {"enable.partition.eof", "every trial reads from offsets it knows"},
    {"group.id", "partitions are assigned, not shared in a group"},
    {"group.instance.id", "partitions are assigned, not shared in a group"},
    {"transactional.id", "a trial does not use transactions"},
    {"enable.gapless.guarantee", "a lost record is counted, not turned into a failure"},
    {"delivery.report.only.error", "every record's report is needed"},
    {"allow.auto.create.topics", "topics are created with the limits they need"},
    {"statistics.interval.ms", "statistics are not kept, and gathering them costs time"},
    {"debug", "debug output would change what is measured and is not kept; try kcat -d"},
    {"log.queue", "log lines are already read"},
    {"log.thread.name", "log lines are already read"},
    {"test.mock.*", "a mock broker measures nothing"},
    {NULL, NULL},
};

/* Names of the Java client, for users who bring its properties file. */
static const struct property_note JAVA_NAMES[] = {
    {"ssl.truststore.location", "give the CA as PEM in ssl.ca.location "
                                "(keytool -exportcert -rfc writes it)"},
    {"ssl.truststore.*", "give the CA as PEM in ssl.ca.location, which needs no password or type"},
    {"ssl.keystore.type", "ssl.keystore.location takes PKCS#12; for PEM use "
                          "ssl.certificate.location and ssl.key.location"},
    {"ssl.keystore.key", "use ssl.key.pem"},
    {"ssl.keystore.certificate.chain", "use ssl.certificate.pem"},
    {"ssl.protocol", "the TLS version is negotiated; leave it out"},
    {"ssl.enabled.protocols", "the TLS version is negotiated; leave it out"},
    {"sasl.jaas.config", "use sasl.username and sasl.password"},
    {"sasl.login.callback.handler.class", "use sasl.oauthbearer.config"},
    {"sasl.client.callback.handler.class", "leave it out"},
    {"key.serializer", "records are bytes here; leave it out"},
    {"value.serializer", "records are bytes here; leave it out"},
    {"key.deserializer", "records are bytes here; leave it out"},
    {"value.deserializer", "records are bytes here; leave it out"},
    {"buffer.memory", "the queue follows from the scenario's load; leave it out"},
    {"max.request.size", "it follows from the scenario's message_max_bytes; leave it out"},
    {"max.poll.records", "leave it out"},
    {"max.block.ms", "leave it out"},
    {"default.api.timeout.ms", "use socket.timeout.ms"},
    {NULL, NULL},
};

static const struct property_note *note_find(const struct property_note *notes, const char *key)
{
    for (; notes->key != NULL; notes++) {
        size_t size = strlen(notes->key);
        bool prefix = notes->key[size - 1] == '*';
        if (prefix ? strncmp(notes->key, key, size - 1) == 0 : strcmp(notes->key, key) == 0)
            return notes;
    }
    return NULL;
}

bool property_is_limit(const char *key)
{
    static const char *const LIMITS[] = {"message.max.bytes",
                                         "max.request.size",
                                         "receive.message.max.bytes",
                                         "fetch.max.bytes",
                                         "fetch.message.max.bytes",
                                         "max.partition.fetch.bytes",
                                         NULL};
    size_t i = 0;
    while (LIMITS[i] != NULL && strcmp(LIMITS[i], key) != 0)
        i++;
    return LIMITS[i] != NULL;
}

enum { PROPERTY_NAME_MAX = 64 };

/* Properties without a default, which librdkafka's dump leaves out. */
static const char *const WITHOUT_DEFAULT[] = {
    "bootstrap.servers",
    "client.rack",
    "sasl.username",
    "sasl.password",
    "sasl.oauthbearer.config",
    "sasl.oauthbearer.client.id",
    "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.scope",
    "sasl.oauthbearer.token.endpoint.url",
    "ssl.ca.location",
    "ssl.ca.pem",
    "ssl.certificate.location",
    "ssl.certificate.pem",
    "ssl.cipher.suites",
    "ssl.crl.location",
    "ssl.key.location",
    "ssl.key.password",
    "ssl.key.pem",
    "ssl.keystore.location",
    "ssl.keystore.password",
    NULL,
};

/* Compares key with the names of a dump of key, value, key, value… */
static void offer_all(struct nearest *n, const char **dump, size_t count)
{
    for (size_t i = 0; i + 1 < count; i += 2)
        nearest_offer(n, dump[i]);
}

/* The known property nearest to key, or "" when none is near. */
static void nearest_name(const char *key, char *name)
{
    struct nearest n = {.given = key};
    size_t count = 0, topic_count = 0;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    const char **dump = rd_kafka_conf_dump(conf, &count);
    offer_all(&n, dump, count);
    rd_kafka_topic_conf_t *topic = rd_kafka_topic_conf_new();
    const char **topic_dump = rd_kafka_topic_conf_dump(topic, &topic_count);
    offer_all(&n, topic_dump, topic_count);
    for (size_t i = 0; WITHOUT_DEFAULT[i] != NULL; i++)
        nearest_offer(&n, WITHOUT_DEFAULT[i]);

    (void)snprintf(name, PROPERTY_NAME_MAX, "%s", n.best == NULL ? "" : n.best);
    rd_kafka_conf_dump_free(dump, count);
    rd_kafka_conf_dump_free(topic_dump, topic_count);
    rd_kafka_conf_destroy(conf);
    rd_kafka_topic_conf_destroy(topic);
}

static enum rc refuse_unknown(const char *key, struct err *e)
{
    char near[PROPERTY_NAME_MAX];
    nearest_name(key, near);
    if (near[0] != '\0')
        return err_set(e, RC_INPUT, "%s: no such property of the Kafka client; did you mean %s?",
                       key, near);
    return err_set(e, RC_INPUT,
                   "%s: no such property of the Kafka client (librdkafka %s's CONFIGURATION.md "
                   "lists them)",
                   key, rd_kafka_version_str());
}

/* librdkafka reads "60s" as 60: a value that starts as a number must be one to its end. */
static bool number_is_whole(const rd_kafka_conf_t *conf, const char *key, const char *value)
{
    const char *digits = value[0] == '-' || value[0] == '+' ? value + 1 : value;
    if (!isdigit((unsigned char)digits[0]))
        return true;
    char read_back[64];
    size_t size = sizeof read_back;
    if (rd_kafka_conf_get(conf, key, read_back, &size) != RD_KAFKA_CONF_OK ||
        size > sizeof read_back)
        return true;
    if (strcmp(read_back, value) == 0)
        return true;
    char *end = NULL;
    (void)strtod(read_back, &end);
    if (end == read_back || *end != '\0')
        return true;
    (void)strtod(value, &end);
    return *end == '\0';
}

/* librdkafka ends some of its sentences with a line break. */
static void strip_end(char *text)
{
    size_t size = strlen(text);
    while (size > 0 && isspace((unsigned char)text[size - 1]))
        text[--size] = '\0';
}

enum rc property_check(const char *key, const char *value, struct err *e)
{
    const struct property_note *reserved = note_find(RESERVED, key);
    if (reserved != NULL)
        return err_set(e, RC_INPUT, "%s may not be set here: %s", key, reserved->says);
    const struct property_note *java = note_find(JAVA_NAMES, key);
    if (java != NULL)
        return err_set(e, RC_INPUT, "%s is a name of the Java client: %s", key, java->says);

    char why[512] = "";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_res_t result = rd_kafka_conf_set(conf, key, value, why, sizeof why);
    bool whole = result != RD_KAFKA_CONF_OK || number_is_whole(conf, key, value);
    rd_kafka_conf_destroy(conf);
    strip_end(why);

    if (result == RD_KAFKA_CONF_UNKNOWN)
        return refuse_unknown(key, e);
    if (result != RD_KAFKA_CONF_OK && settings_key_is_secret(key))
        return err_set(e, RC_INPUT, "%s: this value is refused (it is secret and not shown)", key);
    if (result != RD_KAFKA_CONF_OK)
        return err_set(e, RC_INPUT, "%s: \"%s\" is refused: %s", key, value, why);
    if (!whole)
        return err_set(e, RC_INPUT, "%s: \"%s\" is not a plain number (no unit here)", key, value);
    return RC_OK;
}
