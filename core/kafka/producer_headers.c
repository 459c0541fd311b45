#define _POSIX_C_SOURCE 200809L
#include "core/kafka/producer.h"

#include <librdkafka/rdkafka.h>
#include <string.h>

static enum rc header_add(rd_kafka_headers_t *list, const char *text, struct err *e)
{
    size_t name = strcspn(text, "=");
    if (name == 0)
        return err_set(e, RC_INPUT, "a header without a name; expected name=value");
    const char *value = text[name] == '=' ? text + name + 1 : "";
    if (rd_kafka_header_add(list, text, (ssize_t)name, value, (ssize_t)strlen(value)) != 0)
        return err_set(e, RC_INFRA, "out of memory for a record header");
    return RC_OK;
}

enum rc producer_headers_make(const char *const *texts, struct producer_headers **out,
                              struct err *e)
{
    rd_kafka_headers_t *list = rd_kafka_headers_new(8);
    enum rc rc = RC_OK;
    for (; *texts != NULL && rc == RC_OK; texts++)
        rc = header_add(list, *texts, e);
    if (rc == RC_OK)
        *out = (struct producer_headers *)list;
    else
        rd_kafka_headers_destroy(list);
    return rc;
}

void producer_headers_free(struct producer_headers *h)
{
    if (h != NULL)
        rd_kafka_headers_destroy((rd_kafka_headers_t *)h);
}
