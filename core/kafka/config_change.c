#include "core/kafka/config_change.h"

#include "core/kafka/client.h"

enum { PATIENCE_MS = 20000 };

/* What the broker says of the one resource that was to change. */
static enum rc read_answer(rd_kafka_event_t *event, const char *name, struct err *e)
{
    if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return err_set(e, RC_INFRA, "changing the config of %s: %s", name,
                       rd_kafka_event_error_string(event));
    size_t count = 0;
    const rd_kafka_ConfigResource_t **told =
        rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(event), &count);
    if (count == 1 && rd_kafka_ConfigResource_error(told[0]) == RD_KAFKA_RESP_ERR_NO_ERROR)
        return RC_OK;
    const char *says = count == 1 ? rd_kafka_ConfigResource_error_string(told[0]) : NULL;
    return err_set(e, RC_INPUT, "changing the config of %s: %s", name,
                   says != NULL ? says : "the broker refuses");
}

static enum rc ask(struct client *client, rd_kafka_ConfigResource_t *resource, const char *name,
                   struct err *e)
{
    rd_kafka_queue_t *answers = rd_kafka_queue_new(client->rk);
    rd_kafka_AlterConfigs(client->rk, &resource, 1, NULL, answers);
    rd_kafka_event_t *event = rd_kafka_queue_poll(answers, PATIENCE_MS);
    enum rc rc = event != NULL ? read_answer(event, name, e)
                               : client_fail(client, RD_KAFKA_RESP_ERR__TIMED_OUT, e);
    if (event != NULL)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(answers);
    return rc;
}

enum rc config_replace(const struct cluster *c, enum config_of of, const char *name,
                       const char *const *config, struct err *e)
{
    struct client client = {0};
    rd_kafka_conf_t *conf = NULL;
    enum rc rc = client_conf(c, &conf, e);
    if (rc == RC_OK)
        rc = client_open(&client, RD_KAFKA_CONSUMER, conf, e);
    if (rc != RC_OK)
        return rc;
    rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(
        of == CONFIG_OF_TOPIC ? RD_KAFKA_RESOURCE_TOPIC : RD_KAFKA_RESOURCE_BROKER, name);
    for (size_t i = 0; config[i] != NULL && rc == RC_OK; i += 2)
        if (rd_kafka_ConfigResource_set_config(resource, config[i], config[i + 1]) !=
            RD_KAFKA_RESP_ERR_NO_ERROR)
            rc = err_set(e, RC_INPUT, "%s: \"%s\" cannot be a config", name, config[i]);
    if (rc == RC_OK)
        rc = ask(&client, resource, name, e);
    rd_kafka_ConfigResource_destroy(resource);
    client_close(&client);
    return rc;
}
