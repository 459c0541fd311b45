#include "core/kafka/log_trial.h"

#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <string.h>

enum { PATIENCE_MS = 20000, WHY_TEXT = 512 };

/* Lines come from the library's threads. */
struct listener {
    pthread_mutex_t lock;
    struct buf *lines; /* borrowed */
    rd_kafka_resp_err_t code;
    bool reported;
};

static void on_log(const rd_kafka_t *rk, int level, const char *fac, const char *text)
{
    struct listener *l = rd_kafka_opaque(rk);
    (void)level;
    (void)pthread_mutex_lock(&l->lock);
    /* Lines that do not fit are dropped: the answer is in the first ones. */
    (void)(buf_appendf(l->lines, NULL, "%s: %s\n", fac, text) == RC_OK);
    (void)pthread_mutex_unlock(&l->lock);
}

static void on_report(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
    struct listener *l = opaque;
    (void)rk;
    l->code = m->err;
    l->reported = true;
}

static enum rc set(rd_kafka_conf_t *conf, const char *key, const char *value, struct err *e)
{
    char why[WHY_TEXT];
    if (rd_kafka_conf_set(conf, key, value, why, sizeof why) == RD_KAFKA_CONF_OK)
        return RC_OK;
    return err_set(e, RC_INPUT, "%s", why);
}

static enum rc configure(const struct log_trial *t, rd_kafka_conf_t *conf, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < t->cluster->properties.count && rc == RC_OK; i++)
        rc = set(conf, t->cluster->properties.rows[i].key, t->cluster->properties.rows[i].value, e);
    if (rc == RC_OK)
        rc = set(conf, "compression.codec", t->codec, e);
    if (rc == RC_OK && t->debug[0] != '\0')
        rc = set(conf, "debug", t->debug, e);
    return rc;
}

/* The library's pointers are not const, but with MSG_F_COPY it only reads. */
static void *lend(const uint8_t *data)
{
    union {
        const uint8_t *borrowed;
        void *lent;
    } cast = {.borrowed = data};
    return cast.lent;
}

static enum rc send_value(rd_kafka_t *rk, const struct log_trial *t, struct listener *l,
                          struct err *e)
{
    rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, t->topic, NULL);
    if (topic == NULL)
        return err_set(e, RC_INPUT, "%s: %s", t->topic, rd_kafka_err2str(rd_kafka_last_error()));
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    if (rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, lend(t->value.data), t->value.size, NULL, 0,
                         NULL) != 0)
        code = rd_kafka_last_error();
    rd_kafka_topic_destroy(topic);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        code = rd_kafka_flush(rk, PATIENCE_MS);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        code = l->reported ? l->code : RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return RC_OK;
    return err_set(e, RC_INFRA, "%s: %s", t->topic, rd_kafka_err2str(code));
}

enum rc log_trial_send(const struct log_trial *t, struct buf *lines, struct err *e)
{
    char why[WHY_TEXT] = "";
    struct listener l = {.lock = PTHREAD_MUTEX_INITIALIZER, .lines = lines};
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_opaque(conf, &l);
    rd_kafka_conf_set_log_cb(conf, on_log);
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    enum rc rc = configure(t, conf, e);
    rd_kafka_t *rk = rc == RC_OK ? rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why) : NULL;
    if (rk == NULL) {
        rd_kafka_conf_destroy(conf);
        return rc != RC_OK ? rc : err_set(e, RC_INPUT, "%s", why);
    }
    rc = send_value(rk, t, &l, e);
    rd_kafka_destroy(rk); /* ends the threads that log */
    (void)pthread_mutex_destroy(&l.lock);
    return rc;
}
