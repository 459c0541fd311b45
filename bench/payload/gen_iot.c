/*
 * IoT readings: one LoRaWAN uplink of an environment sensor as a network server forwards it, JSON.
 *
 * Modelled on uplinks of an ELSYS EMS sensor on the Tour Perret, Grenoble (CampusIoT, Helium
 * network server; ODbL): a reading every ten minutes or so, a record for each gateway that heard
 * it, with decoded values, the base64 of the device's own bytes and of the still encrypted frame.
 * Device bytes: ELSYS payload format (type byte, big-endian value), www.elsys.se/en/lora-doc.
 * Frame: LoRaWAN 1.0 section 4, MHDR FHDR FPort FRMPayload MIC. SNR and frequency are printed as
 * the nearest float, as the network server does.
 */
#include "base/base64.h"
#include "base/clock.h"
#include "bench/payload/generators.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum {
    STREAM = 2,
    GATEWAYS = 38, /* as many as heard the real sensor */
    ID_LENGTH = 52,
    NAME_BYTES = 16,
    DEVICE_BYTES = 23, /* payload_size of the real uplinks */
    MIC_BYTES = 4,
    FRAME_MAX = 48,
    TEXT_MAX = 80,
    CHANNELS = 3,
    FIRST_CHANNEL = 5,
    HEARD_AGAIN_PERCENT = 38 /* share of real records that repeat the uplink before */
};

struct gateway {
    char id[ID_LENGTH + 1];
    char name[2 * NAME_BYTES + 1];
    double latitude;
    double longitude;
    int distance_m;
    double rssi; /* mean, dBm */
    double snr;  /* mean, dB */
    bool queued; /* holds packets back before it forwards them */
};

struct reading {
    int temperature_tenths;
    int humidity;
    int battery_mv;
    int motion;
    int x, y, z;
};

/* What the sensor sent once; every gateway that hears it makes a record of it. */
struct uplink {
    struct reading reading;
    char device_text[TEXT_MAX]; /* base64 of the device's bytes */
    char frame_text[TEXT_MAX];  /* base64 of the encrypted frame */
    uint32_t frame;             /* its number */
    unsigned channel;
};

struct iot_source {
    struct rng rng;
    struct uplink uplink;
    struct gateway gateways[GATEWAYS];
    int64_t now_ms; /* since 1970 */
    double temperature;
    double humidity;
    double battery_mv;
    int last_gateway;
    char eui[17];
};

static const char BASE58[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

static void make_gateway(struct rng *r, struct gateway *g)
{
    size_t length = ID_LENGTH - (size_t)rng_below(r, 3);
    g->id[0] = '1';
    g->id[1] = '1';
    for (size_t i = 2; i < length; i++)
        g->id[i] = BASE58[rng_below(r, sizeof BASE58 - 1)];
    g->id[length] = '\0';
    for (size_t i = 0; i < sizeof g->name - 1; i++)
        g->name[i] = "0123456789abcdef"[rng_below(r, 16)];
    g->name[sizeof g->name - 1] = '\0';
    /* Helium gives positions on a grid of 1/91.02 degree (a geohash of 6 characters). */
    g->latitude = 45.18402099609375 + ((double)rng_below(r, 21) - 10.0) * 0.010986328125;
    g->longitude = 5.7403564453125 + ((double)rng_below(r, 21) - 10.0) * 0.010986328125;
    g->distance_m = 800 + (int)rng_below(r, 14000);
    g->rssi = -111.0 - (double)rng_below(r, 12);
    g->snr = -6.0 + rng_normal(r) * 3.5;
    g->queued = rng_below(r, 3) == 0;
}

static enum rc iot_open(uint64_t seed, struct payload_source **out, struct err *e)
{
    struct iot_source *s = calloc(1, sizeof *s);
    if (s == NULL)
        return err_sys(e, RC_INFRA, errno, "no memory for the generator");
    rng_init(&s->rng, seed, STREAM);
    for (size_t i = 0; i < GATEWAYS; i++)
        make_gateway(&s->rng, &s->gateways[i]);
    s->now_ms = INT64_C(1672867882000) + (int64_t)rng_below(&s->rng, 86400000);
    s->temperature = 12.0;
    s->humidity = 78.0;
    s->battery_mv = 3590.0;
    s->uplink.frame = 70;
    for (size_t i = 0; i < sizeof s->eui - 1; i++)
        s->eui[i] = i < 10 ? "A81758FFFE"[i] : "0123456789ABCDEF"[rng_below(&s->rng, 16)];
    *out = (struct payload_source *)s;
    return RC_OK;
}

/* A few gateways hear most uplinks: the k-th best about 0.2 * 0.8^k of them. */
static const struct gateway *heard_by(struct iot_source *s, bool again)
{
    int last = s->last_gateway;
    do {
        int pick = (int)(rng_exponential(&s->rng) / 0.22);
        s->last_gateway = pick < GATEWAYS ? pick : GATEWAYS - 1;
    } while (again && s->last_gateway == last);
    return &s->gateways[s->last_gateway];
}

static double toward(struct rng *r, double value, double mean, double step)
{
    return value + (mean - value) * 0.01 + rng_normal(r) * step;
}

static struct reading measure(struct iot_source *s)
{
    struct rng *r = &s->rng;
    s->temperature = toward(r, s->temperature, 13.0, 0.6);
    s->humidity = toward(r, s->humidity, 78.0, 1.8);
    s->humidity = fmin(fmax(s->humidity, 35.0), 99.0);
    s->battery_mv = toward(r, s->battery_mv, 3582.0, 5.0);
    bool moved = rng_below(r, 3) == 0;
    return (struct reading){
        .temperature_tenths = (int)lround(s->temperature * 10.0),
        .humidity = (int)lround(s->humidity),
        .battery_mv = (int)lround(s->battery_mv / 2.5) * 5 / 2,
        .motion = moved ? (int)rng_below(r, 200) : 0,
        .x = 58 + (int)lround(rng_normal(r) * 0.7),
        .y = 16 + (int)lround(rng_normal(r) * 0.7),
        .z = -3 + (int)lround(rng_normal(r) * 0.8),
    };
}

/* The device's own bytes; types: 1 temperature, 2 humidity, 3 acceleration, 7 battery, 11 and 13
 * pulse and digital input, 15 motion, 18 water leak. */
static void device_bytes(const struct reading *v, uint8_t out[DEVICE_BYTES])
{
    unsigned t = (unsigned)v->temperature_tenths;
    unsigned b = (unsigned)v->battery_mv;
    const uint8_t bytes[DEVICE_BYTES] = {
        0x01,
        (uint8_t)(t >> 8),
        (uint8_t)t,
        0x02,
        (uint8_t)v->humidity,
        0x03,
        (uint8_t)v->x,
        (uint8_t)v->y,
        (uint8_t)v->z,
        0x07,
        (uint8_t)(b >> 8),
        (uint8_t)b,
        0x0b,
        0,
        0,
        0,
        0,
        0x0d,
        0,
        0x0f,
        (uint8_t)v->motion,
        0x12,
        0,
    };
    memcpy(out, bytes, sizeof bytes);
}

/* The encrypted frame: header in clear, payload and integrity code as good as random. */
static size_t frame_bytes(struct iot_source *s, uint8_t out[FRAME_MAX])
{
    bool options = rng_below(&s->rng, 5) < 2;
    const uint8_t header[] = {0x80,
                              0x07,
                              0,
                              0,
                              0x48,
                              options ? 0x82 : 0x80,
                              (uint8_t)s->uplink.frame,
                              (uint8_t)(s->uplink.frame >> 8)};
    size_t size = sizeof header;
    memcpy(out, header, size);
    if (options) {
        out[size++] = 0x03;
        out[size++] = 0x06;
    }
    out[size++] = 0x05;
    rng_fill(&s->rng, out + size, DEVICE_BYTES + MIC_BYTES);
    return size + DEVICE_BYTES + MIC_BYTES;
}

static void new_uplink(struct iot_source *s)
{
    struct rng *r = &s->rng;
    struct uplink *u = &s->uplink;
    uint8_t device[DEVICE_BYTES];
    uint8_t frame[FRAME_MAX];
    s->now_ms += 600000 * (1 + (int64_t)rng_below(r, 3)) + (int64_t)lround(rng_normal(r) * 40.0);
    u->frame = (u->frame + 1) & 0xffff;
    u->channel = (unsigned)rng_below(r, CHANNELS);
    u->reading = measure(s);
    device_bytes(&u->reading, device);
    base64_text(span_of(device, sizeof device), u->device_text);
    base64_text(span_of(frame, frame_bytes(s, frame)), u->frame_text);
}

static enum rc append_head(const struct iot_source *s, struct buf *out, struct err *e)
{
    const struct uplink *u = &s->uplink;
    const struct reading *v = &u->reading;
    return buf_appendf(
        out, e,
        "{\"name\":\"ELSYS_EMS_%s\",\"dev_eui\":\"%s\",\"app_eui\":\"0000000000000000\","
        "\"devaddr\":\"07000048\",\"payload_size\":%d,\"decoded\":{\"payload\":{\"accMotion\":%d,"
        "\"digital\":0,\"humidity\":%d,\"pulseAbs\":0,\"temperature\":%.3g,\"vdd\":%d,"
        "\"waterleak\":0,\"x\":%d,\"y\":%d,\"z\":%d},\"status\":\"success\"},\"payload\":\"%s\","
        "\"raw_packet\":\"%s\",\"fcnt\":%u,\"port\":5,\"metadata\":{\"adr_allowed\":true,"
        "\"cf_list_enabled\":false,\"multi_buy\":1,\"rx_delay\":1,\"rx_delay_actual\":1,"
        "\"rx_delay_state\":\"rx_delay_established\"},",
        s->eui + 12, s->eui, DEVICE_BYTES, v->motion, v->humidity, v->temperature_tenths / 10.0,
        v->battery_mv, v->x, v->y, v->z, u->device_text, u->frame_text, u->frame);
}

static enum rc append_gateway(struct iot_source *s, const struct gateway *g, struct buf *out,
                              struct err *e)
{
    struct rng *r = &s->rng;
    unsigned channel = s->uplink.channel;
    double frequency = (double)(868.1F + 0.2F * (float)channel);
    int rssi = (int)lround(g->rssi + rng_normal(r) * 1.8);
    double snr = (double)((float)lround(g->snr * 10.0 + rng_normal(r) * 28.0) / 10.0F);
    int64_t hold_ms = g->queued && rng_below(r, 2) == 0 ? (int64_t)rng_below(r, 60000) : 0;
    double loss_db = 20.0 * log10(g->distance_m) + 31.22; /* free space at 868 MHz */
    return buf_appendf(
        out, e,
        "\"hotspots\":[{\"channel\":%u,\"frequency\":%.16g,\"hold_time\":%lld,\"id\":\"%s\","
        "\"lat\":%.16g,\"long\":%.16g,\"name\":\"%s\",\"reported_at\":%lld,\"rssi\":%d,"
        "\"snr\":%.16g,\"spreading\":\"SF12BW125\",\"status\":\"success\",\"_esp\":%.2f,"
        "\"_distance\":{\"_distanceHaversine\":%d,\"_altitudeForDistance\":220,"
        "\"_distanceLoS\":%d,\"_distanceHorizon\":62883,\"_distanceRadarHorizon\":72613,"
        "\"_fresnelZoneRadius\":%d,\"_freeSpaceLoss\":%.2f},\"_geohash_precision\":6}]}",
        FIRST_CHANNEL + channel, frequency, (long long)hold_ms, g->id, g->latitude, g->longitude,
        g->name, (long long)s->now_ms, rssi, snr,
        rssi + snr - log10(1.0 + pow(10.0, snr / 10.0)) * 10.0, g->distance_m, g->distance_m + 1,
        (int)lround(0.294 * sqrt((double)g->distance_m)), loss_db);
}

/* A new uplink, or the last one again as another gateway forwards it moments later. */
static enum rc append_record(struct payload_source *source, struct buf *out, struct err *e)
{
    struct iot_source *s = (struct iot_source *)source;
    struct rng *r = &s->rng;
    bool again = s->uplink.frame_text[0] != '\0' && rng_below(r, 100) < HEARD_AGAIN_PERCENT;
    if (again)
        s->now_ms += 1 + (int64_t)rng_below(r, 3000);
    else
        new_uplink(s);
    enum rc rc = append_head(s, out, e);
    if (rc != RC_OK)
        return rc;
    struct walltime stored = {.ns = (s->now_ms + 470 + (int64_t)rng_below(r, 40)) * NS_PER_MS};
    char second[WALLTIME_TEXT];
    walltime_format(stored, second);
    long long stored_ms = (long long)(stored.ns / NS_PER_MS);
    rc = buf_appendf(out, e,
                     "\"reported_at\":%lld,\"_timestamp\":%lld,\"_date\":\"%.19s.%03lldZ\","
                     "\"_devLocation\":{\"name\":\"Tour Perret\",\"latitude\":45.18402099609375,"
                     "\"longitude\":5.7403564453125,\"altitude\":310,\"_geohash_precision\":6},",
                     (long long)s->now_ms, stored_ms, second, stored_ms % 1000);
    return rc == RC_OK ? append_gateway(s, heard_by(s, again), out, e) : rc;
}

static enum rc iot_next(struct payload_source *source, size_t size_bytes, struct buf *out,
                        struct err *e)
{
    return readings_append(append_record, source, size_bytes, out, e);
}

static void iot_close(struct payload_source *source)
{
    free(source);
}

const struct payload_kind GEN_IOT = {
    .name = "iot",
    .data_type = "IoT sensors",
    .says = "JSON, 1.3 KB: LoRaWAN uplinks of an environment sensor, as on the Tour Perret",
    .text = true,
    .open = iot_open,
    .next = iot_next,
    .close = iot_close,
};
