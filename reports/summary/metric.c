#include "reports/summary/metric.h"

#include <string.h>

static double share(int64_t amount, int64_t records)
{
    return amount >= 0 && records > 0 ? (double)amount / (double)records : NOT_MEASURED;
}

static double ratio(const struct trial_record *r)
{
    return r->ratio;
}

static double stored_bytes(const struct trial_record *r)
{
    int64_t objects = r->bytes.objects > 0 ? r->bytes.objects : 0;
    return r->bytes.stored < 0 ? NOT_MEASURED
                               : share(r->bytes.stored + objects, trial_record_sent(r));
}

static double wire_bytes(const struct trial_record *r)
{
    int64_t http = r->bytes.http_sent > 0 ? r->bytes.http_sent : 0;
    return r->bytes.wire_sent < 0 ? NOT_MEASURED
                                  : share(r->bytes.wire_sent + http, trial_record_sent(r));
}

static double wire_received(const struct trial_record *r)
{
    int64_t http = r->bytes.http_received > 0 ? r->bytes.http_received : 0;
    return r->bytes.wire_received < 0 ? NOT_MEASURED
                                      : share(r->bytes.wire_received + http, trial_record_sent(r));
}

/* What travels beside the payload; less than nothing is compression, which is another question. */
static double wire_overhead(const struct trial_record *r)
{
    bool known = r->bytes.wire_sent >= 0 && r->bytes.payload >= 0;
    if (!known || r->bytes.wire_sent < r->bytes.payload)
        return NOT_MEASURED;
    return share(r->bytes.wire_sent - r->bytes.payload, trial_record_sent(r));
}

static double records_per_s(const struct trial_record *r)
{
    return r->throughput.records_per_s;
}

static double bytes_per_s(const struct trial_record *r)
{
    return r->throughput.payload_bytes_per_s;
}

static double produced_per_s(const struct trial_record *r)
{
    return r->throughput.produced_records_per_s;
}

static double consumed_per_s(const struct trial_record *r)
{
    return r->throughput.consumed_records_per_s;
}

static double e2e_p50(const struct trial_record *r)
{
    return (double)r->latency_ns.e2e.p50;
}

static double e2e_p99(const struct trial_record *r)
{
    return (double)r->latency_ns.e2e.p99;
}

static double e2e_max(const struct trial_record *r)
{
    return (double)r->latency_ns.e2e.max;
}

static double ack_p50(const struct trial_record *r)
{
    return (double)r->latency_ns.ack.p50;
}

static double ack_p99(const struct trial_record *r)
{
    return (double)r->latency_ns.ack.p99;
}

static double service_p50(const struct trial_record *r)
{
    return (double)r->latency_ns.service.p50;
}

static double service_p99(const struct trial_record *r)
{
    return (double)r->latency_ns.service.p99;
}

static double role_cpu(const struct role_use *use, int64_t records)
{
    if (use->user_ns < 0 || use->system_ns < 0)
        return NOT_MEASURED;
    return share(use->user_ns + use->system_ns, records);
}

static double cpu_sender(const struct trial_record *r)
{
    return role_cpu(&r->use.sender, r->measured_records);
}

static double cpu_receiver(const struct trial_record *r)
{
    return role_cpu(&r->use.receiver, r->measured_records);
}

static double cpu_broker(const struct trial_record *r)
{
    return share(r->use.broker_ns, r->measured_records);
}

/* What is not known of one is not known of the sum. */
static double sum(double a, double b)
{
    return a < 0 || b < 0 ? NOT_MEASURED : a + b;
}

static double cpu_clients(const struct trial_record *r)
{
    return sum(cpu_sender(r), cpu_receiver(r));
}

static double cpu_all(const struct trial_record *r)
{
    double store = r->use.store_ns > 0 ? share(r->use.store_ns, r->measured_records) : 0;
    return sum(sum(cpu_clients(r), cpu_broker(r)), store);
}

static double rss_sender(const struct trial_record *r)
{
    return (double)r->use.sender.peak_anon_bytes;
}

static double rss_receiver(const struct trial_record *r)
{
    return (double)r->use.receiver.peak_anon_bytes;
}

static double encode_time(const struct trial_record *r)
{
    return r->encode_ns_per_record;
}

const struct metric_row METRICS[METRIC_COUNT] = {
    [METRIC_RATIO] = {"ratio", "compression ratio (payload / stored)", UNIT_RATIO, true, false,
                      ratio},
    [METRIC_STORED_BYTES] = {"stored_bytes_per_record", "stored bytes per record", UNIT_BYTES, true,
                             false, stored_bytes},
    [METRIC_WIRE_BYTES] = {"wire_sent_bytes_per_record", "bytes on the wire per record sent",
                           UNIT_BYTES, true, false, wire_bytes},
    [METRIC_WIRE_RECEIVED] = {"wire_received_bytes_per_record",
                              "bytes on the wire per record received", UNIT_BYTES, true, false,
                              wire_received},
    [METRIC_WIRE_OVERHEAD] = {"wire_overhead_bytes_per_record",
                              "bytes sent on the wire beyond the payload, per record", UNIT_BYTES,
                              false, false, wire_overhead},
    [METRIC_RECORDS_PER_S] = {"records_per_s", "records per second", UNIT_PER_S, false, false,
                              records_per_s},
    [METRIC_BYTES_PER_S] = {"payload_bytes_per_s", "payload per second", UNIT_BYTES_PER_S, false,
                            false, bytes_per_s},
    [METRIC_PRODUCED_PER_S] = {"produced_records_per_s", "records produced per second", UNIT_PER_S,
                               false, false, produced_per_s},
    [METRIC_CONSUMED_PER_S] = {"consumed_records_per_s", "records consumed per second", UNIT_PER_S,
                               false, false, consumed_per_s},
    [METRIC_E2E_P50] = {"e2e_p50_ns", "end-to-end latency, median", UNIT_NS, false, true, e2e_p50},
    [METRIC_E2E_P99] = {"e2e_p99_ns", "end-to-end latency, p99", UNIT_NS, false, true, e2e_p99},
    [METRIC_E2E_MAX] = {"e2e_max_ns", "end-to-end latency, longest", UNIT_NS, false, true, e2e_max},
    [METRIC_ACK_P50] = {"ack_p50_ns", "acknowledgement latency, median", UNIT_NS, false, true,
                        ack_p50},
    [METRIC_ACK_P99] = {"ack_p99_ns", "acknowledgement latency, p99", UNIT_NS, false, true,
                        ack_p99},
    [METRIC_SERVICE_P50] = {"service_p50_ns", "service time, median", UNIT_NS, false, true,
                            service_p50},
    [METRIC_SERVICE_P99] = {"service_p99_ns", "service time, p99", UNIT_NS, false, true,
                            service_p99},
    [METRIC_CPU_SENDER] = {"cpu_sender_ns_per_record", "sender CPU per record", UNIT_NS, false,
                           false, cpu_sender},
    [METRIC_CPU_RECEIVER] = {"cpu_receiver_ns_per_record", "receiver CPU per record", UNIT_NS,
                             false, false, cpu_receiver},
    [METRIC_CPU_BROKER] = {"cpu_broker_ns_per_record", "broker CPU per record", UNIT_NS, false,
                           false, cpu_broker},
    [METRIC_CPU_CLIENTS] = {"cpu_client_ns_per_record", "sender and receiver CPU per record",
                            UNIT_NS, false, false, cpu_clients},
    [METRIC_CPU_ALL] = {"cpu_all_ns_per_record", "CPU per record of clients and broker", UNIT_NS,
                        false, false, cpu_all},
    [METRIC_RSS_SENDER] = {"peak_rss_sender_bytes", "sender peak memory", UNIT_BYTES, false, false,
                           rss_sender},
    [METRIC_RSS_RECEIVER] = {"peak_rss_receiver_bytes", "receiver peak memory", UNIT_BYTES, false,
                             false, rss_receiver},
    [METRIC_ENCODE] = {"encode_ns_per_record", "time to make a record for sending", UNIT_NS, false,
                       false, encode_time},
};

bool metric_counts(enum metric m, const struct trial_record *r)
{
    return r->validity == TRIAL_VALID || (r->validity == TRIAL_SATURATED && METRICS[m].exact);
}

enum metric metric_find(const char *name)
{
    int m = 0;
    while (m < METRIC_COUNT && strcmp(METRICS[m].name, name) != 0)
        m++;
    return (enum metric)m;
}
