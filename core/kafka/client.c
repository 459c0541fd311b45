#include "core/kafka/client.h"

#include "base/clock.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Length and correlation id of a response, which the size that librdkafka reports leaves out. */
enum { RESPONSE_HEADER_BYTES = 8 };
/* Answers that come before the login say nothing about whether the cluster can be used. */
enum { API_SASL_HANDSHAKE = 17, API_VERSIONS = 18, API_SASL_AUTHENTICATE = 36 };

static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *line)
{
    (void)level;
    struct client *c = rd_kafka_opaque(rk);
    if (c != NULL && strcmp(facility, "FAIL") == 0)
        trouble_note(&c->trouble, line);
}

/* Failures of a broker are seen earlier, in log lines; this sees those that concern no broker. */
static void on_error(rd_kafka_t *rk, int code, const char *reason, void *opaque)
{
    (void)rk;
    struct client *c = opaque;
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        atomic_store(&c->all_down, true);
    else if (code == RD_KAFKA_RESP_ERR__AUTHENTICATION ||
             code == RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE)
        trouble_note(&c->trouble, reason);
}

/* The library has checked the chain; this only remembers why it refused it. */
/* NOLINTNEXTLINE(readability-function-size): the library's signature */
static int on_certificate(rd_kafka_t *rk, const char *broker, int32_t broker_id, int *x509,
                          int depth, const char *der, size_t der_size, char *why, size_t why_size,
                          void *opaque)
{
    (void)rk, (void)broker, (void)broker_id, (void)depth, (void)der, (void)der_size;
    struct client *c = opaque;
    if (*x509 == 0)
        return 1;
    trouble_note_certificate(&c->trouble, *x509);
    (void)snprintf(why, why_size, "certificate verify failed");
    return 0;
}

/* NOLINTNEXTLINE(readability-function-size): the library's signature */
static rd_kafka_resp_err_t on_request_sent(rd_kafka_t *rk, int sock, const char *broker,
                                           int32_t broker_id, int16_t api, int16_t version,
                                           int32_t id, size_t size, void *opaque)
{
    (void)rk, (void)sock, (void)broker, (void)broker_id, (void)api, (void)version, (void)id;
    struct client *c = opaque;
    atomic_fetch_add_explicit(&c->sent, (int64_t)size, memory_order_relaxed);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* NOLINTNEXTLINE(readability-function-size): the library's signature */
static rd_kafka_resp_err_t on_response(rd_kafka_t *rk, int sock, const char *broker,
                                       int32_t broker_id, int16_t api, int16_t version, int32_t id,
                                       size_t size, int64_t rtt, rd_kafka_resp_err_t code,
                                       void *opaque)
{
    (void)rk, (void)sock, (void)broker, (void)broker_id, (void)version, (void)id, (void)rtt;
    struct client *c = opaque;
    if (size > 0)
        atomic_fetch_add_explicit(&c->received, (int64_t)size + RESPONSE_HEADER_BYTES,
                                  memory_order_relaxed);
    bool login = api == API_VERSIONS || api == API_SASL_HANDSHAKE || api == API_SASL_AUTHENTICATE;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && size > 0 && !login) {
        atomic_store_explicit(&c->all_down, false, memory_order_relaxed);
        trouble_heal(&c->trouble);
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_new(rd_kafka_t *rk, const rd_kafka_conf_t *conf, void *opaque,
                                  char *why, size_t why_size)
{
    (void)conf, (void)why, (void)why_size;
    rd_kafka_resp_err_t code =
        rd_kafka_interceptor_add_on_request_sent(rk, "wire", on_request_sent, opaque);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        code = rd_kafka_interceptor_add_on_response_received(rk, "wire", on_response, opaque);
    return code;
}

enum rc client_conf_set(rd_kafka_conf_t *conf, const char *key, const char *value, struct err *e)
{
    char why[512];
    if (rd_kafka_conf_set(conf, key, value, why, sizeof why) == RD_KAFKA_CONF_OK)
        return RC_OK;
    if (settings_key_is_secret(key))
        return err_set(e, RC_INPUT, "%s: this value is refused (it is secret and not shown)", key);
    return err_set(e, RC_INPUT, "%s: %s", key, why);
}

enum rc client_conf_set_int(rd_kafka_conf_t *conf, const char *key, int64_t value, struct err *e)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%" PRId64, value);
    return client_conf_set(conf, key, text, e);
}

/* Properties of every client, unless the user sets them. */
static const struct setting_default {
    const char *key, *value;
} DEFAULTS[] = {
    {"client.id", "assay"},
    {"socket.nagle.disable", "true"}, /* Nagle's algorithm holds small requests back by 40 ms */
    {"reconnect.backoff.max.ms", "1000"},
    {"socket.connection.setup.timeout.ms", "10000"},
    {"log.thread.name", "false"},
    {"allow.auto.create.topics", "false"}, /* asking for a deleted topic must not create it again */
};

enum rc client_conf(const struct cluster *c, rd_kafka_conf_t **out, struct err *e)
{
    if (cluster_bootstrap(c) == NULL)
        return err_set(e, RC_INPUT, "no broker given; expected --bootstrap HOST:PORT");
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    enum rc rc = RC_OK;
    for (size_t i = 0; i < sizeof DEFAULTS / sizeof DEFAULTS[0] && rc == RC_OK; i++)
        rc = client_conf_set(conf, DEFAULTS[i].key, DEFAULTS[i].value, e);
    for (size_t i = 0; i < c->properties.count && rc == RC_OK; i++)
        rc = client_conf_set(conf, c->properties.rows[i].key, c->properties.rows[i].value, e);
    if (rc != RC_OK) {
        rd_kafka_conf_destroy(conf);
        return rc;
    }
    *out = conf;
    return RC_OK;
}

/* The value of a text property in conf; fallback when it is not set. */
static const char *conf_text(const rd_kafka_conf_t *conf, const char *key, char *text, size_t size,
                             const char *fallback)
{
    size_t used = size;
    if (rd_kafka_conf_get(conf, key, text, &used) != RD_KAFKA_CONF_OK || text[0] == '\0')
        return fallback;
    return text;
}

static enum rc refuse_settings(const char *why, struct err *e)
{
    return err_set(e, RC_INPUT, "the Kafka client refuses its settings: %s", why);
}

/* Makes a handle without brokers and drops it. librdkafka 2.0.2 frees interceptors twice when a
 * handle that has them cannot be made, so what may fail (certificates, login) is tried without. */
static enum rc try_settings(rd_kafka_type_t type, const rd_kafka_conf_t *conf, struct err *e)
{
    char why[512] = "";
    rd_kafka_conf_t *copy = rd_kafka_conf_dup(conf); /* leaves interceptors out */
    enum rc rc = client_conf_set(copy, "bootstrap.servers", "", e);
    rd_kafka_t *rk = rc == RC_OK ? rd_kafka_new(type, copy, why, sizeof why) : NULL;
    if (rk != NULL) {
        rd_kafka_destroy(rk);
        return RC_OK;
    }
    rd_kafka_conf_destroy(copy);
    return rc == RC_OK ? refuse_settings(why, e) : rc;
}

enum rc client_open(struct client *c, rd_kafka_type_t type, rd_kafka_conf_t *conf, struct err *e)
{
    char mechanism[TROUBLE_NAME] = "", ca[TROUBLE_TEXT] = "", protocol[TROUBLE_NAME] = "";
    memset(c, 0, sizeof *c);
    trouble_init(&c->trouble, conf_text(conf, "sasl.mechanisms", mechanism, sizeof mechanism, "?"),
                 conf_text(conf, "ssl.ca.location", ca, sizeof ca,
                           "the system's store (ssl.ca.location names another)"));
    rd_kafka_conf_set_opaque(conf, c);
    rd_kafka_conf_set_log_cb(conf, on_log);
    rd_kafka_conf_set_error_cb(conf, on_error);
    (void)conf_text(conf, "security.protocol", protocol, sizeof protocol, "");
    if (strstr(protocol, "ssl") != NULL)
        (void)rd_kafka_conf_set_ssl_cert_verify_cb(conf, on_certificate);
    enum rc rc = try_settings(type, conf, e);
    if (rc != RC_OK) {
        rd_kafka_conf_destroy(conf);
        trouble_release(&c->trouble);
        return rc;
    }
    (void)rd_kafka_conf_interceptor_add_on_new(conf, "wire", on_new, c);

    char why[512] = "";
    c->rk = rd_kafka_new(type, conf, why, sizeof why);
    if (c->rk != NULL)
        return RC_OK;
    /* Out of threads or memory. conf cannot be destroyed: see try_settings. */
    trouble_release(&c->trouble);
    return refuse_settings(why, e);
}

void client_close(struct client *c)
{
    if (c == NULL || c->rk == NULL)
        return;
    rd_kafka_destroy(c->rk);
    c->rk = NULL;
    trouble_release(&c->trouble);
}

/* Error codes without a cause; struct trouble knows the cause. */
static bool code_is_vague(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__TIMED_OUT ||
           code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
           code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT || code == RD_KAFKA_RESP_ERR__AUTHENTICATION ||
           code == RD_KAFKA_RESP_ERR__SSL || code == RD_KAFKA_RESP_ERR__RESOLVE ||
           code == RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE;
}

enum rc client_fail(struct client *c, rd_kafka_resp_err_t code, struct err *e)
{
    char text[TROUBLE_TEXT];
    bool live = trouble_say(&c->trouble, text, sizeof text);
    if (live && code_is_vague(code))
        return err_set(e, RC_INFRA, "%s", text);
    if (code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__TRANSPORT)
        return err_set(e, RC_INFRA, "the broker did not answer in time");
    return err_set(e, RC_INFRA, "%s", rd_kafka_err2str(code));
}

enum rc client_state(struct client *c, struct err *e)
{
    char text[TROUBLE_TEXT];
    rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(c->rk, text, sizeof text);
    if (fatal != RD_KAFKA_RESP_ERR_NO_ERROR)
        return err_set(e, RC_INFRA, "the Kafka client gave up for good: %s", text);
    if (trouble_say(&c->trouble, text, sizeof text))
        return err_set(e, RC_INFRA, "%s", text);
    return RC_OK;
}

struct wire_bytes client_wire(const struct client *c)
{
    return (struct wire_bytes){
        .sent = atomic_load_explicit(&c->sent, memory_order_relaxed),
        .received = atomic_load_explicit(&c->received, memory_order_relaxed),
    };
}

/* The value of key in a dump of key, value, key, value…; NULL when it is not there. */
static const char *dump_find(const char **dump, size_t count, const char *key)
{
    for (size_t i = 0; i + 1 < count; i += 2)
        if (strcmp(dump[i], key) == 0)
            return dump[i + 1];
    return NULL;
}

static enum rc dump_pick(const char **dump, size_t count, const char *const *keys,
                         struct settings *out, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; keys[i] != NULL && rc == RC_OK; i++) {
        const char *value = dump_find(dump, count, keys[i]);
        if (value != NULL)
            rc = settings_set(out, keys[i],
                              settings_key_is_secret(keys[i]) ? SETTING_HIDDEN : value, e);
    }
    return rc;
}

/* The handle's own conf: a copy would lose what the library adjusted. Dumping only reads it, though
 * the library's signature does not say so. */
static rd_kafka_conf_t *handle_conf(rd_kafka_t *rk)
{
    union {
        const rd_kafka_conf_t *seen;
        rd_kafka_conf_t *taken;
    } cast = {.seen = rd_kafka_conf(rk)};
    return cast.taken;
}

enum rc client_in_force(const struct client *c, const char *const *keys, struct settings *out,
                        struct err *e)
{
    settings_init(out);
    enum rc rc = settings_set(out, "librdkafka", rd_kafka_version_str(), e);
    size_t count = 0;
    rd_kafka_topic_conf_t *topic = rd_kafka_default_topic_conf_dup(c->rk);
    const char **dump = rd_kafka_topic_conf_dump(topic, &count);
    if (rc == RC_OK)
        rc = dump_pick(dump, count, keys, out, e);
    rd_kafka_conf_dump_free(dump, count);
    rd_kafka_topic_conf_destroy(topic);

    dump = rd_kafka_conf_dump(handle_conf(c->rk), &count);
    if (rc == RC_OK) /* last, because a topic's own value is "inherit" */
        rc = dump_pick(dump, count, keys, out, e);
    rd_kafka_conf_dump_free(dump, count);
    if (rc != RC_OK)
        settings_release(out);
    return rc;
}

int client_ms(int64_t duration_ns)
{
    if (duration_ns <= 0)
        return 0;
    int64_t ms = (duration_ns + NS_PER_MS - 1) / NS_PER_MS;
    return ms > INT_MAX ? INT_MAX : (int)ms;
}
