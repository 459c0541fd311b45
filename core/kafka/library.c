#include "core/kafka/library.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>

char *library_version(char *text, size_t size)
{
    (void)snprintf(text, size, "librdkafka %s", rd_kafka_version_str());
    return text;
}

bool library_has_codec(const char *codec)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char why[256];
    bool has =
        rd_kafka_conf_set(conf, "compression.codec", codec, why, sizeof why) == RD_KAFKA_CONF_OK;
    rd_kafka_conf_destroy(conf);
    return has;
}
