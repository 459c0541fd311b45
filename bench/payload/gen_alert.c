/*
 * Critical alerts: one warning message of the Common Alerting Protocol a record, XML on one line.
 *
 * No package and no file at hand holds real alerts in number, so this follows the specification:
 * OASIS CAP v1.2 (2010-07-01), sections 3.2.1 to 3.2.4 for elements, order and code values, and
 * geocodes and three-letter event codes in the form of SAME (47 CFR 11.31) and UGC (NWS 10-1702). A
 * message is about a wildfire or fire weather; updates of one incident follow each other, refer to
 * the message before and repeat its area. Codes, places and senders are made up.
 */
#define _GNU_SOURCE
#include "base/clock.h"
#include "bench/payload/generators.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { STREAM = 1, CORNERS = 8, COUNTIES = 4, POLYGON_TEXT = 256, MESSAGES_MAX = 6 };
#define FIRST_ALERT INT64_C(1690000000)

struct event_row {
    const char *name;
    const char *same;
    const char *urgency;
    const char *severity;
    const char *certainty;
    const char *response;
    const char *advice;
};
static const struct event_row EVENTS[] = {
    {"Red Flag Warning", "RFW", "Expected", "Severe", "Likely", "Prepare",
     "Avoid outdoor burning. Secure trailer chains and keep vehicles off dry grass. Report smoke "
     "at "
     "once and be ready to leave."},
    {"Evacuation Immediate", "EVI", "Immediate", "Extreme", "Observed", "Evacuate",
     "Leave now. Take pets, medicines and documents. Do not wait for further notice. Roads may "
     "close without warning; follow the signs and the officers on site."},
    {"Fire Warning", "FRW", "Immediate", "Extreme", "Observed", "Shelter",
     "If you can leave safely, leave now. If not, stay indoors away from windows, close doors and "
     "vents, and keep the lights on so that crews can see the building."},
    {"Fire Weather Watch", "FWW", "Future", "Moderate", "Possible", "Monitor",
     "Postpone burning and work that makes sparks. Check the forecast again this evening."},
    {"Air Quality Alert", "AQA", "Expected", "Minor", "Likely", "Avoid",
     "Stay indoors with windows closed. Run air cleaners. People with heart or lung disease should "
     "avoid effort out of doors."},
};

static const char *const PLACES[] = {"Oak",   "Pine",  "Bear",   "Cedar", "Eagle", "Coyote",
                                     "Stone", "River", "Canyon", "Mill",  "Sugar", "Willow"};
static const char *const SHAPES[] = {"Creek", "Ridge",   "Valley", "Peak",
                                     "Flat",  "Springs", "Gulch",  "Pass"};
static const char *const COUNTY_NAMES[] = {"Butte",  "Shasta", "Plumas", "Lassen", "Tehama",
                                           "Sierra", "Nevada", "Placer", "Napa",   "Sonoma",
                                           "Lake",   "Colusa", "Glenn",  "Yuba",   "Trinity"};

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

struct alert_source {
    struct rng rng;
    int64_t now_s;
    int64_t last_sent_s; /* of the message before */
    int messages_left;   /* of the incident under way */
    int number;          /* of the message within the incident */
    uint64_t incident;
    const struct event_row *event;
    const char *place, *shape;
    size_t counties[COUNTIES];
    size_t county_count;
    char polygon[POLYGON_TEXT];
    unsigned acres;
};

static enum rc alert_open(uint64_t seed, struct payload_source **out, struct err *e)
{
    struct alert_source *s = calloc(1, sizeof *s);
    if (s == NULL)
        return err_sys(e, RC_INFRA, errno, "no memory for the generator");
    rng_init(&s->rng, seed, STREAM);
    s->now_s = FIRST_ALERT;
    *out = (struct payload_source *)s;
    return RC_OK;
}

/* CAP 3.2.4: latitude,longitude pairs separated by spaces, the last equal to the first. */
static void draw_polygon(struct alert_source *s)
{
    struct rng *r = &s->rng;
    double latitude = 36.0 + rng_unit(r) * 5.0;
    double longitude = -123.0 + rng_unit(r) * 4.0;
    double radius = 0.05 + rng_unit(r) * 0.3;
    double corners[CORNERS][2];
    size_t used = 0;
    for (size_t i = 0; i <= CORNERS; i++) {
        size_t k = i % CORNERS;
        if (i < CORNERS) {
            double angle = 2.0 * M_PI * ((double)i + rng_unit(r) * 0.6) / CORNERS;
            corners[k][0] = latitude + radius * sin(angle);
            corners[k][1] = longitude + radius * 1.25 * cos(angle);
        }
        used += (size_t)snprintf(s->polygon + used, sizeof s->polygon - used, "%s%.2f,%.2f",
                                 i > 0 ? " " : "", corners[k][0], corners[k][1]);
    }
}

static void new_incident(struct alert_source *s)
{
    struct rng *r = &s->rng;
    s->incident = rng_u64(r);
    s->event = &EVENTS[rng_below(r, COUNT_OF(EVENTS))];
    s->place = PLACES[rng_below(r, COUNT_OF(PLACES))];
    s->shape = SHAPES[rng_below(r, COUNT_OF(SHAPES))];
    s->county_count = 1 + (size_t)rng_below(r, COUNTIES);
    size_t first = (size_t)rng_below(r, COUNT_OF(COUNTY_NAMES));
    for (size_t i = 0; i < s->county_count; i++)
        s->counties[i] = (first + i) % COUNT_OF(COUNTY_NAMES);
    s->messages_left = 1 + (int)rng_below(r, MESSAGES_MAX);
    s->number = 0;
    s->acres = 20 + (unsigned)rng_below(r, 400);
    draw_polygon(s);
}

static void time_text(int64_t time_s, char text[WALLTIME_TEXT])
{
    walltime_format((struct walltime){.ns = time_s * NS_PER_S}, text);
    /* CAP 3.3.2 forbids the letter Z: an offset takes its place. */
    text[19] = '\0';
}

static enum rc append_envelope(const struct alert_source *s, struct buf *out, struct err *e)
{
    char sent[WALLTIME_TEXT];
    char last_sent[WALLTIME_TEXT];
    time_text(s->now_s, sent);
    time_text(s->last_sent_s, last_sent);
    enum rc rc = buf_appendf(out, e,
                             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
                             "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">"
                             "<identifier>urn:oid:2.49.0.1.840.0.%016llx.%03d.1</identifier>"
                             "<sender>fire-desk@alerts.example.gov</sender><sent>%s-00:00</sent>"
                             "<status>Actual</status><msgType>%s</msgType><scope>Public</scope>"
                             "<code>IPAWSv1.0</code>",
                             (unsigned long long)s->incident, s->number, sent,
                             s->number > 1 ? "Update" : "Alert");
    if (rc == RC_OK && s->number > 1)
        rc = buf_appendf(out, e,
                         "<references>fire-desk@alerts.example.gov,"
                         "urn:oid:2.49.0.1.840.0.%016llx.%03d.1,%s-00:00</references>",
                         (unsigned long long)s->incident, s->number - 1, last_sent);
    return rc;
}

static enum rc append_info(struct alert_source *s, struct buf *out, struct err *e)
{
    struct rng *r = &s->rng;
    const struct event_row *v = s->event;
    char onset[WALLTIME_TEXT];
    char expires[WALLTIME_TEXT];
    time_text(s->now_s + 600, onset);
    time_text(s->now_s + 21600 + 3600 * (int64_t)rng_below(r, 12), expires);
    return buf_appendf(
        out, e,
        "<info><language>en-US</language><category>Fire</category><event>%s</event>"
        "<responseType>%s</responseType><urgency>%s</urgency><severity>%s</severity>"
        "<certainty>%s</certainty><eventCode><valueName>SAME</valueName><value>%s</value>"
        "</eventCode><effective>%.19s-00:00</effective><onset>%s-00:00</onset>"
        "<expires>%s-00:00</expires><senderName>Fire Desk</senderName>"
        "<headline>%s for the %s %s Fire until %.16s</headline>"
        "<description>The %s %s Fire has burned %u acres and is %u percent contained. Winds from "
        "%u degrees at %u mph with gusts to %u mph, humidity %u percent. %u structures are "
        "threatened, %u personnel and %u engines assigned.</description>"
        "<instruction>%s</instruction>",
        v->name, v->response, v->urgency, v->severity, v->certainty, v->same, onset, onset, expires,
        v->name, s->place, s->shape, expires, s->place, s->shape, s->acres,
        (unsigned)rng_below(r, 60), (unsigned)rng_below(r, 36) * 10, 8 + (unsigned)rng_below(r, 25),
        30 + (unsigned)rng_below(r, 35), 5 + (unsigned)rng_below(r, 30),
        (unsigned)rng_below(r, 3000), (unsigned)rng_below(r, 1800), (unsigned)rng_below(r, 140),
        v->advice);
}

static enum rc append_area(const struct alert_source *s, struct buf *out, struct err *e)
{
    enum rc rc = buf_appendf(out, e, "<area><areaDesc>");
    for (size_t i = 0; i < s->county_count && rc == RC_OK; i++)
        rc = buf_appendf(out, e, "%s%s, CA", i > 0 ? "; " : "", COUNTY_NAMES[s->counties[i]]);
    if (rc == RC_OK)
        rc = buf_appendf(out, e, "</areaDesc><polygon>%s</polygon>", s->polygon);
    for (size_t i = 0; i < s->county_count && rc == RC_OK; i++) {
        unsigned code = 7 + 2 * (unsigned)s->counties[i]; /* counties have odd numbers */
        rc = buf_appendf(out, e,
                         "<geocode><valueName>SAME</valueName><value>006%03u</value></geocode>"
                         "<geocode><valueName>UGC</valueName><value>CAC%03u</value></geocode>",
                         code, code);
    }
    if (rc == RC_OK)
        rc = buf_appendf(out, e, "</area></info></alert>");
    return rc;
}

static enum rc append_alert(struct payload_source *source, struct buf *out, struct err *e)
{
    struct alert_source *s = (struct alert_source *)source;
    if (s->messages_left <= 0)
        new_incident(s);
    s->messages_left--;
    s->number++;
    s->last_sent_s = s->now_s;
    s->now_s += 30 + (int64_t)(rng_exponential(&s->rng) * 900.0);
    s->acres += (unsigned)(rng_exponential(&s->rng) * 150.0);
    enum rc rc = append_envelope(s, out, e);
    if (rc == RC_OK)
        rc = append_info(s, out, e);
    if (rc == RC_OK)
        rc = append_area(s, out, e);
    return rc;
}

static enum rc alert_next(struct payload_source *source, size_t size_bytes, struct buf *out,
                          struct err *e)
{
    return readings_append(append_alert, source, size_bytes, out, e);
}

static void alert_close(struct payload_source *source)
{
    free(source);
}

const struct payload_kind GEN_ALERT = {
    .name = "alert",
    .data_type = "critical alerts",
    .says = "XML, 1.9 KB: fire warnings in the Common Alerting Protocol 1.2",
    .text = true,
    .open = alert_open,
    .next = alert_next,
    .close = alert_close,
};
