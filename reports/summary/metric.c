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

/* A batch that closes by time holds what came in that time: the sizes of two arms compare only
 * where their batches hold alike. */
static double per_batch(const struct trial_record *r)
{
    return r->bytes.batches > 0 ? share(r->delivery.sent, r->bytes.batches) : NOT_MEASURED;
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

#define ROW_LATENCY(row, says, of, which)                                                          \
    {                                                                                              \
        .name = (row), .title = (says), .unit = UNIT_NS, .queue_when_flat_out = true,              \
        .latency_name = (of), .part = (which)                                                      \
    }

/* The test of this table is a program with one row more. */
#ifndef METRIC_ROW_OF_TEST
#define METRIC_ROW_OF_TEST
#endif

const struct metric_row METRICS[] = {
    [METRIC_RATIO] = {.name = "ratio",
                      .title = "compression ratio (payload / stored)",
                      .unit = UNIT_RATIO,
                      .more_is_better = true,
                      .sizes = true,
                      .chart = CHART_ALWAYS,
                      .glance = GLANCE_VALUE,
                      .plot = PLOT_ACROSS,
                      .column = {.head = "ratio",
                                 .says = "payload bytes / stored bytes; below 1 where framing "
                                         "outweighs what was saved"},
                      .of = ratio},
    [METRIC_STORED_BYTES] = {.name = "stored_bytes_per_record",
                             .title = "stored bytes per record",
                             .unit = UNIT_BYTES,
                             .sizes = true,
                             .evidence = true,
                             .gated = true,
                             .gate_limit = 0,
                             .column = {.head = "stored/rec",
                                        .says = "exact bytes in the log per record, batch headers "
                                                "included",
                                        .priority = 4},
                             .versus = {.head = "× bytes",
                                        .says = "stored bytes against the reference arm, pair by "
                                                "pair",
                                        .priority = 1},
                             .of = stored_bytes},
    [METRIC_PER_BATCH] = {.name = "records_per_batch",
                          .title = "records per stored batch",
                          .unit = UNIT_COUNT,
                          .more_is_better = true,
                          .column = {.head = "rec/batch",
                                     .says = "records sent / batches stored; sizes of arms compare "
                                             "only where these are alike",
                                     .priority = 3},
                          .of = per_batch},
    [METRIC_WIRE_BYTES] = {.name = "wire_sent_bytes_per_record",
                           .title = "bytes on the wire per record sent",
                           .unit = UNIT_BYTES,
                           .sizes = true,
                           .of = wire_bytes},
    [METRIC_WIRE_RECEIVED] = {.name = "wire_received_bytes_per_record",
                              .title = "bytes on the wire per record received",
                              .unit = UNIT_BYTES,
                              .sizes = true,
                              .of = wire_received},
    [METRIC_WIRE_OVERHEAD] = {.name = "wire_overhead_bytes_per_record",
                              .title = "bytes sent on the wire beyond the payload, per record",
                              .unit = UNIT_BYTES,
                              .of = wire_overhead},
    [METRIC_RECORDS_PER_S] = {.name = "records_per_s",
                              .title = "records per second",
                              .unit = UNIT_PER_S,
                              .more_is_better = true,
                              .throughput = true,
                              .evidence = true,
                              .gated = true,
                              .gate_limit = 0.03,
                              .chart = CHART_ALWAYS,
                              .glance = GLANCE_VERSUS,
                              .plot = PLOT_UP,
                              .plot_name = "speed",
                              .column = {.head = "rec/s",
                                         .says = "first send to last receipt; median over trials, "
                                                 "± half the range in percent of it",
                                         .spread = true},
                              .versus = {.head = "× rec/s",
                                         .says = "records per second against the reference arm in "
                                                 "the same block: median (range)",
                                         .priority = 1},
                              .of = records_per_s},
    [METRIC_BYTES_PER_S] = {.name = "payload_bytes_per_s",
                            .title = "payload per second",
                            .unit = UNIT_BYTES_PER_S,
                            .more_is_better = true,
                            .column = {.head = "MB/s",
                                       .says = "payload, 10^6 bytes",
                                       .priority = 6},
                            .of = bytes_per_s},
    [METRIC_PRODUCED_PER_S] = {.name = "produced_records_per_s",
                               .title = "records produced per second",
                               .unit = UNIT_PER_S,
                               .more_is_better = true,
                               .throughput = true,
                               .of = produced_per_s},
    [METRIC_CONSUMED_PER_S] = {.name = "consumed_records_per_s",
                               .title = "records consumed per second",
                               .unit = UNIT_PER_S,
                               .more_is_better = true,
                               .throughput = true,
                               .of = consumed_per_s},
    [METRIC_E2E_P50] = {.name = "e2e_p50_ns",
                        .title = "end-to-end latency, median",
                        .unit = UNIT_NS,
                        .queue_when_flat_out = true,
                        .evidence = true,
                        .gated = true,
                        .gate_limit = 0.05,
                        .chart = CHART_PACED,
                        .column = {.head = "e2e p50",
                                   .flat_out = "queue p50",
                                   .says = "intended send to receipt, histograms of the valid "
                                           "trials merged; flat out it is called queue, because "
                                           "that is what it is; \"-\" for fewer than 20 records",
                                   .priority = 2},
                        .versus = {.head = "× p50",
                                   .says = "median latency against the reference arm in the same "
                                           "block: median (range); \"-\" for fewer than 20 records "
                                           "in a trial",
                                   .priority = 1},
                        .latency_name = "e2e",
                        .part = LATENCY_P50},
    [METRIC_E2E_P99] = {.name = "e2e_p99_ns",
                        .title = "end-to-end latency, p99",
                        .unit = UNIT_NS,
                        .queue_when_flat_out = true,
                        .gated = true,
                        .gate_limit = 0.10,
                        .column = {.head = "e2e p99",
                                   .flat_out = "queue p99",
                                   .says = "the same; \"-\" when fewer than ten values lie beyond "
                                           "it: for fewer than 1000 records",
                                   .priority = 2},
                        .latency_name = "e2e",
                        .part = LATENCY_P99},
    [METRIC_E2E_MAX] = {.name = "e2e_max_ns",
                        .title = "end-to-end latency, longest",
                        .unit = UNIT_NS,
                        .queue_when_flat_out = true,
                        .maximum = true,
                        .column = {.head = "e2e max",
                                   .flat_out = "queue max",
                                   .says = "the longest of all",
                                   .background_only = true},
                        .latency_name = "e2e",
                        .part = LATENCY_MAX},
    [METRIC_CPU_SENDER] = {.name = "cpu_sender_ns_per_record",
                           .title = "sender CPU per record",
                           .unit = UNIT_NS,
                           .evidence = true,
                           .chart = CHART_FLAT_OUT,
                           .column = {.head = "CPU/rec s+r+b",
                                      .says = "CPU per record of sender, receiver and broker",
                                      .priority = 5},
                           .of = cpu_sender},
    [METRIC_CPU_RECEIVER] = {.name = "cpu_receiver_ns_per_record",
                             .title = "receiver CPU per record",
                             .unit = UNIT_NS,
                             .evidence = true,
                             .column = {.joined = true},
                             .of = cpu_receiver},
    [METRIC_CPU_BROKER] = {.name = "cpu_broker_ns_per_record",
                           .title = "broker CPU per record",
                           .unit = UNIT_NS,
                           .evidence = true,
                           .column = {.joined = true},
                           .of = cpu_broker},
    [METRIC_RSS_SENDER] = {.name = "peak_rss_sender_bytes",
                           .title = "sender peak memory",
                           .unit = UNIT_BYTES,
                           .evidence = true,
                           .of = rss_sender},
    /* No code refers to a row below. */
    {.name = "peak_rss_receiver_bytes",
     .title = "receiver peak memory",
     .unit = UNIT_BYTES,
     .evidence = true,
     .of = rss_receiver},
    ROW_LATENCY("ack_p50_ns", "acknowledgement latency, median", "ack", LATENCY_P50),
    ROW_LATENCY("ack_p99_ns", "acknowledgement latency, p99", "ack", LATENCY_P99),
    ROW_LATENCY("service_p50_ns", "service time, median", "service", LATENCY_P50),
    ROW_LATENCY("service_p99_ns", "service time, p99", "service", LATENCY_P99),
    {.name = "cpu_client_ns_per_record",
     .title = "sender and receiver CPU per record",
     .unit = UNIT_NS,
     .of = cpu_clients},
    {.name = "cpu_all_ns_per_record",
     .title = "CPU per record of clients and broker",
     .unit = UNIT_NS,
     .of = cpu_all},
    {.name = "encode_ns_per_record",
     .title = "time to make a record for sending",
     .unit = UNIT_NS,
     .of = encode_time},
    METRIC_ROW_OF_TEST};
const int METRIC_COUNT = sizeof METRICS / sizeof *METRICS;
_Static_assert(sizeof METRICS / sizeof *METRICS <= METRICS_MAX, "METRICS_MAX is too small");

double metric_of_latency(enum metric m, const struct latency *l)
{
    switch (METRICS[m].part) {
    case LATENCY_P50:
        return (double)l->p50;
    case LATENCY_P99:
        return (double)l->p99;
    case LATENCY_MAX:
        break;
    }
    return (double)l->max;
}

struct metric_value metric_value_of(enum metric m, const struct trial_record *r)
{
    const struct metric_row *row = &METRICS[m];
    if (row->of != NULL)
        return (struct metric_value){.v = row->of(r)};
    if (row->latency_name != NULL)
        return (struct metric_value){
            .v = metric_of_latency(m, &r->latency_ns[latency_find(row->latency_name)])};
    const struct recorded_metric *recorded = trial_record_metric(r, row->name);
    return recorded == NULL ? (struct metric_value){.v = NOT_MEASURED}
                            : (struct metric_value){recorded->value, recorded->censored};
}

bool metric_is_recorded(enum metric m)
{
    return METRICS[m].of == NULL && METRICS[m].latency_name == NULL;
}

double metric_of(enum metric m, const struct trial_record *r)
{
    return metric_value_of(m, r).v;
}

bool metric_has_change(enum metric m, double v)
{
    return METRICS[m].by_difference ? v >= 0 : v > 0;
}

bool metric_counts(enum metric m, const struct trial_record *r)
{
    return r->validity == TRIAL_VALID || (r->validity == TRIAL_SATURATED && METRICS[m].sizes);
}

enum metric metric_find(const char *name)
{
    int m = 0;
    while (m < METRIC_COUNT && strcmp(METRICS[m].name, name) != 0)
        m++;
    return (enum metric)m;
}

int64_t metric_records_needed(enum metric m)
{
    enum { FOR_MEDIAN = 20, FOR_P99 = 1000 };
    if (METRICS[m].latency_name == NULL || METRICS[m].part == LATENCY_MAX)
        return 1;
    return METRICS[m].part == LATENCY_P50 ? FOR_MEDIAN : FOR_P99;
}
