#include "core/kafka/conf_trial.h"

#include <ctype.h>
#include <librdkafka/rdkafka.h>
#include <string.h>

enum { WHY_TEXT = 512 };

/* librdkafka ends some of its sentences with a line break. */
static const char *strip_end(char *text)
{
    size_t size = strlen(text);
    while (size > 0 && isspace((unsigned char)text[size - 1]))
        text[--size] = '\0';
    return text;
}

enum rc conf_trial_producer(const char *const *properties, struct err *e)
{
    char why[WHY_TEXT] = "";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, NULL);
    for (size_t i = 0; properties[i] != NULL; i += 2)
        if (rd_kafka_conf_set(conf, properties[i], properties[i + 1], why, sizeof why) !=
            RD_KAFKA_CONF_OK) {
            rd_kafka_conf_destroy(conf);
            return err_set(e, RC_INPUT, "%s", strip_end(why));
        }
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (rk == NULL) {
        rd_kafka_conf_destroy(conf);
        return err_set(e, RC_INPUT, "%s", strip_end(why));
    }
    rd_kafka_destroy(rk);
    return RC_OK;
}
