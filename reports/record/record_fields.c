#include "reports/record/record_fields.h"

#include "reports/record/record.h"

#include <string.h>

#define AT(member) .offset = offsetof(struct trial_record, member)
#define TEXT_AT(member) AT(member), .size = sizeof(((struct trial_record *)0)->member)
#define ROW_TEXT(name, member)                                                                     \
    {                                                                                              \
        .path = (name), .kind = FIELD_TEXT, TEXT_AT(member)                                        \
    }
#define ROW_NEEDED_TEXT(name, member)                                                              \
    {                                                                                              \
        .path = (name), .kind = FIELD_TEXT, .required = true, TEXT_AT(member)                      \
    }
#define ROW_LABEL(id, member, ...)                                                                 \
    {.path = "cell." #member,                                                                      \
     .kind = FIELD_TEXT,                                                                           \
     .required = DIMENSION_##id == DIMENSION_CODEC,                                                \
     TEXT_AT(cell.member)},
#define ROW_FACT_TEXT(name, member)                                                                \
    {                                                                                              \
        .path = (name), .kind = FIELD_TEXT, .since = 2, TEXT_AT(member)                            \
    }
#define ROW_COUNT(name, member)                                                                    \
    {                                                                                              \
        .path = (name), .kind = FIELD_COUNT, .required = true, AT(member)                          \
    }
#define ROW_MEASURE(name, member)                                                                  \
    {                                                                                              \
        .path = (name), .kind = FIELD_MEASURE, AT(member)                                          \
    }
#define ROW_REAL(name, member)                                                                     \
    {                                                                                              \
        .path = (name), .kind = FIELD_REAL, AT(member)                                             \
    }
#define ROW_SETTINGS(name, member)                                                                 \
    {                                                                                              \
        .path = (name), .kind = FIELD_SETTINGS, TEXT_AT(member)                                    \
    }
const struct record_field RECORD_FIELDS[] = {
    ROW_TEXT("run", run),
    ROW_NEEDED_TEXT("trial", trial),
    ROW_NEEDED_TEXT("scenario", scenario),
    DIMENSION_ROWS(ROW_LABEL) ROW_FACT_TEXT("cell.workload", cell.workload),
    ROW_MEASURE("cell.record_bytes", cell.record_bytes),
    ROW_MEASURE("cell.batch_records", cell.batch_records),
    ROW_MEASURE("cell.batch_bytes", cell.batch_bytes),
    ROW_MEASURE("cell.linger_ns", cell.linger_ns),
    ROW_MEASURE("cell.link_bit_per_s", cell.link_bit_per_s),
    ROW_MEASURE("cell.link_delay_ns", cell.link_delay_ns),
    ROW_FACT_TEXT("cell.load_kind", cell.load_kind),
    ROW_REAL("cell.load_rate_per_s", cell.load_rate_per_s),
    ROW_MEASURE("cell.load_in_flight", cell.load_in_flight),
    {.path = "cell.load_paced", .kind = FIELD_BOOL, .since = 2, AT(cell.load_paced)},
    {.path = "cell.load_sets_rate", .kind = FIELD_BOOL, .since = 2, AT(cell.load_sets_rate)},
    {.path = "cell.codec_by_policy", .kind = FIELD_BOOL, .since = 2, AT(cell.codec_by_policy)},
    {.path = "cell.exact", .kind = FIELD_BOOL, .since = 2, AT(cell.exact)},
    ROW_COUNT("cell_index", cell_index),
    ROW_COUNT("group", group),
    ROW_TEXT("group_label", group_label),
    ROW_TEXT("compare", compare),
    {.path = "reference", .kind = FIELD_BOOL, AT(reference)},
    ROW_COUNT("block", block),
    ROW_COUNT("position", position),
    {.path = "started_wall_ns", .kind = FIELD_BIG, AT(started_wall_ns)},
    {.path = "broker_started_wall_ns", .kind = FIELD_BIG, AT(broker_started_wall_ns)},
    {.path = "seed", .kind = FIELD_SEED, AT(seed)},
    ROW_TEXT("topic", topic),
    {.path = "validity", .kind = FIELD_VALIDITY, .required = true, AT(validity)},
    ROW_TEXT("why", why),
    {.path = RECORD_INTEGRITY, .kind = FIELD_BOOL, .derived = true, AT(integrity_hurt)},
    ROW_COUNT("delivery.sent", delivery.sent),
    ROW_COUNT("delivery.acknowledged", delivery.acknowledged),
    ROW_COUNT("delivery.received", delivery.received),
    {.path = "outcomes", .kind = FIELD_OUTCOMES, .since = 2, AT(delivery.outcome)},
    ROW_MEASURE("measured_records", measured_records),
    ROW_MEASURE("measured_payload_bytes", measured_payload_bytes),
    {.path = "codec_requested", .kind = FIELD_TEXT, TEXT_AT(codec_effective)},
    ROW_TEXT("codec_name", codec_name),
    ROW_TEXT("codec_library", codec_library),
    ROW_TEXT("client_library", client_library),
    ROW_TEXT("broker", broker),
    ROW_TEXT("object_store", object_store),
    ROW_TEXT("link_kind", link_kind),
    ROW_REAL("link_up_bit_per_s", link_up_bit_per_s),
    ROW_REAL("link_down_bit_per_s", link_down_bit_per_s),
    ROW_TEXT("codec_evidence", codec_evidence),
    {.path = "codec_stored", .kind = FIELD_BATCHES, AT(stored)},
    {.path = "codec_stored_bytes", .kind = FIELD_BYTES, AT(stored)},
    ROW_MEASURE("stored_batches", bytes.batches),
    ROW_MEASURE("bytes.payload", bytes.payload),
    ROW_MEASURE("bytes.original", bytes.original),
    ROW_MEASURE("bytes.stored", bytes.stored),
    ROW_MEASURE("bytes.wire_sent", bytes.wire_sent),
    ROW_MEASURE("bytes.wire_received", bytes.wire_received),
    ROW_MEASURE("bytes.objects", bytes.objects),
    ROW_MEASURE("bytes.http_sent", bytes.http_sent),
    ROW_MEASURE("bytes.http_received", bytes.http_received),
    ROW_REAL("ratio", ratio),
    ROW_MEASURE("pool.records", pool.records),
    ROW_MEASURE("pool.distinct", pool.distinct),
    ROW_MEASURE("pool.damaged", pool.damaged),
    ROW_TEXT("pool.damage", pool.damage),
    ROW_MEASURE("images.sent", images.sent),
    ROW_MEASURE("images.arrived", images.arrived),
    ROW_MEASURE("images.identical", images.identical),
    ROW_MEASURE("images.incomplete", images.incomplete),
    ROW_MEASURE("background.sent", background.sent),
    ROW_MEASURE("background.identical", background.identical),
    ROW_MEASURE("background.arrived", background.arrived),
    ROW_MEASURE("background.bytes", background.bytes),
    ROW_REAL("encode_ns_per_record", encode_ns_per_record),
    ROW_REAL("throughput.records_per_s", throughput.records_per_s),
    ROW_REAL("throughput.payload_bytes_per_s", throughput.payload_bytes_per_s),
    ROW_REAL("throughput.produced_records_per_s", throughput.produced_records_per_s),
    ROW_REAL("throughput.consumed_records_per_s", throughput.consumed_records_per_s),
    ROW_MEASURE("window_ns", window_ns),
    {.path = "latency_ns", .kind = FIELD_LATENCIES, AT(latency_ns)},
    {.path = "metrics", .kind = FIELD_METRICS, .since = 2, AT(metrics)},
    ROW_REAL("load_rate_per_s", load_rate_per_s),
    ROW_REAL("send_lag_p99_ns", send_lag_p99_ns),
    ROW_REAL("unsent_at_end_share", unsent_at_end_share),
    ROW_MEASURE("cpu_ns.sender_user", use.sender.user_ns),
    ROW_MEASURE("cpu_ns.sender_system", use.sender.system_ns),
    ROW_MEASURE("cpu_ns.receiver_user", use.receiver.user_ns),
    ROW_MEASURE("cpu_ns.receiver_system", use.receiver.system_ns),
    ROW_MEASURE("cpu_ns.broker", use.broker_ns),
    ROW_MEASURE("cpu_ns.store", use.store_ns),
    ROW_MEASURE("peak_rss_bytes.sender", use.sender.peak_anon_bytes),
    ROW_MEASURE("peak_rss_bytes.receiver", use.receiver.peak_anon_bytes),
    ROW_MEASURE("peak_rss_bytes.broker", use.broker_rss_bytes),
    ROW_MEASURE("ledger_bytes.sender", use.sender.ledger_bytes),
    ROW_MEASURE("ledger_bytes.receiver", use.receiver.ledger_bytes),
    ROW_MEASURE("pool_bytes.sender", use.sender.pool_bytes),
    ROW_MEASURE("pool_bytes.receiver", use.receiver.pool_bytes),
    ROW_TEXT("cpus.sender", use.sender.cpus),
    ROW_TEXT("cpus.receiver", use.receiver.cpus),
    ROW_TEXT("cpus.broker", use.broker_cpus),
    ROW_MEASURE("brokers", brokers),
    ROW_MEASURE("cores", cores),
    ROW_MEASURE("steal_ns", steal_ns),
    ROW_MEASURE("cpu_pressure_ns", cpu_pressure_ns),
    ROW_MEASURE("duration_ns", duration_ns),
    ROW_SETTINGS("settings.sender", sender_settings),
    ROW_SETTINGS("settings.receiver", receiver_settings),
    {.path = NULL},
};

const struct latency_field LATENCY_FIELDS[] = {
    {"n", offsetof(struct latency, n)},
    {"min", offsetof(struct latency, min)},
    {"p50", offsetof(struct latency, p50)},
    {"p90", offsetof(struct latency, p90)},
    {"p99", offsetof(struct latency, p99)},
    {"p999", offsetof(struct latency, p999)},
    {"max", offsetof(struct latency, max)},
    {"above", offsetof(struct latency, above)},
    {"negative", offsetof(struct latency, negative)},
    {.name = NULL},
};

size_t record_field_parts(const char *path, char parts[FIELD_DEPTH][FIELD_NAME_MAX])
{
    size_t count = 0;
    while (count < FIELD_DEPTH) {
        size_t length = strcspn(path, ".");
        memcpy(parts[count], path, length); /* names of the table above, all shorter */
        parts[count++][length] = '\0';
        if (path[length] == '\0')
            break;
        path += length + 1;
    }
    return count;
}
