/* Live metrics: counters that never fall over trials and flows, phases told apart, names escaped.
 */
#define _GNU_SOURCE
#include "bench/trial/live_metrics.h"
#include "bench/workload/images/images.h"
#include "tests/unit/promtool.h"

struct live_scene {
    struct live_metrics *t;
    struct shared_memory *m;
    struct image_sender_region *out;
    struct image_receiver_region *in;
    int fd;
    enum live_phase phase;
    struct trial_record r;
};

/* A flow of images that nobody sends. */
static void make_flow(struct live_scene *s)
{
    static const struct slot_plan slots[] = {
        {.kind = KIND_SENDER, .region_bytes = sizeof(struct image_sender_region)},
        {.kind = KIND_RECEIVER, .region_bytes = sizeof(struct image_receiver_region)}};
    const struct shared_memory_plan plan = {
        .workload = "images", .spec = NULL, .slots = slots, .slot_count = 2};
    struct err e = {0};
    assert_int_equal(shared_memory_create(&plan, &s->fd, &s->m, &e), RC_OK);
    s->out = shared_memory_region(s->m, 0);
    s->in = shared_memory_region(s->m, 1);
    live_metrics_watch(s->t, workload_find("images"), s->m);
}

static void begin(struct live_scene *s, enum live_phase phase)
{
    s->phase = phase;
    trial_record_init(&s->r);
    (void)snprintf(s->r.run, sizeof s->r.run, "a run");
    (void)snprintf(s->r.scenario, sizeof s->r.scenario, "sweep");
    (void)snprintf(s->r.trial, sizeof s->r.trial, "c01.b02");
    (void)snprintf(s->r.cell.payload, sizeof s->r.cell.payload, "my \"best\"\\\nfile\xFF.tif");
    live_metrics_begin(s->t, phase, &s->r);
    make_flow(s);
}

static void end(struct live_scene *s)
{
    live_metrics_leave(s->t, s->m);
    live_metrics_end(s->t);
    shared_memory_unmap(s->m);
    (void)close(s->fd);
    s->m = NULL;
}

static void read_out(struct live_scene *s, struct buf *b)
{
    struct err e = {0};
    buf_init(b, 1 << 20);
    if (live_metrics_write(s->t, b, &e) != RC_OK)
        fail_msg("%s", e.text);
}

static void says(struct live_scene *s, const char *line)
{
    struct buf b;
    read_out(s, &b);
    if (strstr((const char *)b.data, line) == NULL)
        fail_msg("\"%s\" is not in\n%s", line, (const char *)b.data);
    buf_release(&b);
}

static void says_not(struct live_scene *s, const char *text)
{
    struct buf b;
    read_out(s, &b);
    if (strstr((const char *)b.data, text) != NULL)
        fail_msg("\"%s\" is in\n%s", text, (const char *)b.data);
    buf_release(&b);
}

static void open_scene(struct live_scene *s)
{
    struct err e = {0};
    *s = (struct live_scene){.fd = -1};
    assert_int_equal(live_metrics_open(&s->t, &e), RC_OK);
}

static void test_nothing_yet(void **state)
{
    (void)state;
    struct live_scene s;
    char run[LIVE_RUN_MAX];
    open_scene(&s);
    says(&s, "\nassay_trials_planned 0\n");
    says(&s, "\nassay_build_info{version=\"" ASSAY_VERSION "\"} 1\n");
    says(&s, "\nassay_records_sent_total{phase=\"measurement\"} 0\n");
    says_not(&s, "assay_trial_info{");
    live_metrics_run(s.t, run);
    assert_string_equal(run, "");
    live_metrics_close(s.t);
}

/* What workers note stands in the text at once, and stays when their memory has gone. */
static void test_counters_go_on_from_flow_to_flow(void **state)
{
    (void)state;
    struct live_scene s;
    open_scene(&s);
    begin(&s, LIVE_WARM_UP);
    atomic_store(&s.out->records.sent_count, 5);
    image_metrics_sent(&s.out->metrics, "tiff", ROUTE_DIRECT);
    says(&s, "\nassay_records_sent_total{phase=\"warm_up\"} 5\n");
    end(&s);
    says(&s, "\nassay_records_sent_total{phase=\"warm_up\"} 5\n");
    for (int trial = 1; trial <= 2; trial++) {
        begin(&s, LIVE_MEASUREMENT);
        atomic_store(&s.out->records.sent_count, 7);
        atomic_store(&s.in->records.received_count, 6);
        atomic_store(&s.in->images_received, 2);
        image_metrics_sent(&s.out->metrics, "tiff", ROUTE_CHUNKS);
        image_metrics_sent(&s.out->metrics, "png", ROUTE_OBJECT);
        image_metrics_assembled(&s.in->metrics, trial == 1);
        image_metrics_serialized(&s.out->metrics, 1000);
        if (trial == 1)
            end(&s);
    }
    for (int i = 0; i < 2; i++) { /* while it runs, and afterwards */
        says(&s, "\nassay_records_sent_total{phase=\"warm_up\"} 5\n");
        says(&s, "\nassay_records_sent_total{phase=\"measurement\"} 14\n");
        says(&s, "\nassay_records_received_total{phase=\"measurement\"} 12\n");
        says(&s, "\nassay_images_received_total{phase=\"measurement\"} 4\n");
        says(&s, "\nassay_images_sent_total{phase=\"warm_up\",route=\"direct\"} 1\n");
        says(&s, "\nassay_images_sent_total{phase=\"measurement\",route=\"direct\"} 0\n");
        says(&s, "\nassay_images_sent_total{phase=\"measurement\",route=\"chunks\"} 2\n");
        says(&s, "\nassay_images_sent_total{phase=\"measurement\",route=\"object\"} 2\n");
        says(&s, "\nassay_images_sent_total{phase=\"calibration\",route=\"object\"} 0\n");
        says(&s, "binary_images_sent_total{type=\"tiff\"} 1\n");
        says(&s, "\nchunked_images_total{type=\"tiff\"} 2\n");
        says(&s, "\ns3_uploads_total{type=\"png\"} 2\n");
        says(&s, "\nchunk_reassembly_success_rate 0.5\n");
        says(&s, "\nimage_serialization_duration_seconds_count 2\n");
        if (s.m != NULL)
            end(&s);
    }
    live_metrics_close(s.t);
}

static void test_reassembly(void **state)
{
    (void)state;
    struct live_scene s;
    open_scene(&s);
    for (int trial = 1; trial <= 2; trial++) {
        begin(&s, LIVE_MEASUREMENT);
        atomic_store(&s.in->reassembly.in_flight, 3);
        atomic_store(&s.in->reassembly.memory_bytes, 1000);
        atomic_store(&s.in->reassembly.taken, 9);
        atomic_store(&s.in->reassembly.ended[REASSEMBLY_EVICTED], 2);
        says(&s, "\nimage_reassembly_in_flight 3\n");
        says(&s, "\nimage_reassembly_memory_bytes 1000\n");
        end(&s);
        says(&s, "\nimage_reassembly_in_flight 0\n");
        says(&s, "\nimage_reassembly_memory_bytes 0\n");
    }
    says(&s, "\nimage_reassembly_chunks_total{outcome=\"taken\"} 18\n");
    says(&s, "\nimage_reassembly_images_total{end=\"evicted\"} 4\n");
    live_metrics_close(s.t);
}

/* Images of a background load count as well, and go on counting when what is measured has ended. */
static void test_a_flow_beside(void **state)
{
    (void)state;
    struct live_scene s, beside = {.fd = -1};
    open_scene(&s);
    begin(&s, LIVE_MEASUREMENT);
    beside.t = s.t;
    make_flow(&beside);
    atomic_store(&s.out->records.sent_count, 7);
    atomic_store(&s.in->reassembly.in_flight, 1);
    atomic_store(&beside.out->records.sent_count, 2);
    atomic_store(&beside.in->reassembly.in_flight, 3);
    image_metrics_sent(&beside.out->metrics, "tiff", ROUTE_CHUNKS);
    says(&s, "\nassay_records_sent_total{phase=\"measurement\"} 9\n");
    says(&s, "\nimage_reassembly_in_flight 4\n");
    live_metrics_leave(s.t, s.m);
    live_metrics_leave(s.t, s.m); /* it counts once */
    atomic_store(&beside.out->records.sent_count, 5);
    says(&s, "\nassay_records_sent_total{phase=\"measurement\"} 12\n");
    says(&s, "\nimage_reassembly_in_flight 3\n");
    says(&s, "\nchunked_images_total{type=\"tiff\"} 1\n");
    live_metrics_leave(s.t, beside.m);
    says(&s, "\nassay_records_sent_total{phase=\"measurement\"} 12\n");
    says(&s, "\nimage_reassembly_in_flight 0\n");
    shared_memory_unmap(beside.m);
    (void)close(beside.fd);
    end(&s);
    live_metrics_close(s.t);
}

static void test_trials_and_what_runs(void **state)
{
    (void)state;
    struct live_scene s;
    char run[LIVE_RUN_MAX];
    open_scene(&s);
    live_metrics_ahead(s.t, 3);
    says(&s, "\nassay_trials_planned 3\n");
    begin(&s, LIVE_MEASUREMENT);
    says(&s, "\nassay_trial_info{run_id=\"a run\",scenario=\"sweep\",trial=\"c01.b02\","
             "phase=\"measurement\",payload=\"my \\\"best\\\"\\\\\\nfile?.tif\",codec=\"\",");
    end(&s);
    says_not(&s, "assay_trial_info{");
    live_metrics_finished(s.t, TRIAL_VALID);
    live_metrics_finished(s.t, TRIAL_VOID);
    live_metrics_ahead(s.t, 1);
    says(&s, "\nassay_trials_planned 3\n");
    says(&s, "\nassay_trials_finished_total{validity=\"valid\"} 1\n");
    says(&s, "\nassay_trials_finished_total{validity=\"void\"} 1\n");
    says(&s, "\nassay_trials_finished_total{validity=\"saturated\"} 0\n");
    live_metrics_run(s.t, run);
    assert_string_equal(run, "a run");
    live_metrics_end(s.t); /* a trial that never had a flow */
    live_metrics_close(s.t);
}

static void stored(struct live_scene *s, const char *format, int64_t payload, int64_t bytes)
{
    s->r.bytes.payload = payload;
    s->r.bytes.stored = bytes;
    s->r.ratio = (double)payload / (double)bytes;
    images_note_stored(s->t, s->phase, format, &s->r);
}

/* Only what a recorded, valid trial stored; several formats are no format. */
static void test_ratio(void **state)
{
    (void)state;
    struct live_scene s;
    open_scene(&s);
    begin(&s, LIVE_WARM_UP);
    stored(&s, "png", 900, 100);
    end(&s);
    begin(&s, LIVE_MEASUREMENT);
    s.r.validity = TRIAL_VOID;
    stored(&s, "png", 900, 100);
    s.r.validity = TRIAL_VALID;
    s.r.bytes.payload = 900;
    s.r.ratio = NOT_MEASURED;
    images_note_stored(s.t, s.phase, "png", &s.r);
    says_not(&s, "compression_ratio_by_type{");
    stored(&s, "several", 300, 100);
    stored(&s, "tiff", 300, 100);
    s.r.bytes.objects = 100;
    stored(&s, "tiff", 300, 100);
    end(&s);
    says(&s, "\ncompression_ratio_by_type{type=\"other\"} 3\n");
    says(&s, "\ncompression_ratio_by_type{type=\"tiff\"} 2\n");
    says_not(&s, "compression_ratio_by_type{type=\"png\"");
    live_metrics_close(s.t);
}

static void test_promtool_has_nothing_to_say(void **state)
{
    (void)state;
    struct live_scene s;
    struct buf b;
    open_scene(&s);
    begin(&s, LIVE_MEASUREMENT);
    stored(&s, "tiff", 300, 100);
    read_out(&s, &b);
    end(&s);
    live_metrics_close(s.t);
    promtool_must_be_content(&b);
    buf_release(&b);
}

/* Nobody asks: everything may be told to nobody. */
static void test_none(void **state)
{
    (void)state;
    struct trial_record r;
    trial_record_init(&r);
    live_metrics_begin(NULL, LIVE_MEASUREMENT, &r);
    live_metrics_watch(NULL, NULL, NULL);
    images_note_stored(NULL, LIVE_MEASUREMENT, "png", &r);
    live_metrics_add(NULL, NULL);
    live_metrics_leave(NULL, NULL);
    live_metrics_end(NULL);
    live_metrics_finished(NULL, TRIAL_VALID);
    live_metrics_ahead(NULL, 1);
    live_metrics_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_yet),
        cmocka_unit_test(test_counters_go_on_from_flow_to_flow),
        cmocka_unit_test(test_reassembly),
        cmocka_unit_test(test_a_flow_beside),
        cmocka_unit_test(test_trials_and_what_runs),
        cmocka_unit_test(test_ratio),
        cmocka_unit_test(test_promtool_has_nothing_to_say),
        cmocka_unit_test(test_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
