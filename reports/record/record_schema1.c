#include "reports/record/record_schema1.h"

#include "base/json.h"
#include "base/quantity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Exact scenarios of schema 1 had this linger and no warm-up, were sent flat out, and nothing else
 * says that they were exact. */
static const int64_t EXACT_LINGER_NS = INT64_C(60000000000);

/* What follows the lead in text; NULL when text begins otherwise. */
static const char *after(const char *text, const char *lead)
{
    size_t length = strlen(lead);
    return strncmp(text, lead, length) == 0 ? text + length : NULL;
}

/* "flat out", "open 1000/s", "open auto", "closed 16", "closed 16 to ack". */
static void read_load(struct trial_cell *c)
{
    const char *rate = after(c->load, "open "), *window = after(c->load, "closed ");
    const char *kind = rate != NULL ? "open" : window != NULL ? "closed" : "flat out";
    (void)snprintf(c->load_kind, sizeof c->load_kind, "%s", kind);
    c->load_paced = rate != NULL || window != NULL;
    c->load_sets_rate = rate != NULL;
    if (rate != NULL && strtod(rate, NULL) > 0)
        c->load_rate_per_s = strtod(rate, NULL);
    if (window != NULL)
        c->load_in_flight = strtoll(window, NULL, 10);
}

/* "unlimited", "100 Mbit/s", "100 Mbit/s, 20.0 ms", "unlimited, 20.0 ms"; "" before links. */
static void read_link(struct trial_cell *c)
{
    static const struct {
        const char *unit;
        double scale;
    } units[] = {{" Gbit/s", 1e9}, {" Mbit/s", 1e6}, {" kbit/s", 1e3}, {" bit/s", 1}};
    char *end = NULL;
    double rate = strtod(c->link, &end);
    const char *comma = strchr(c->link, ',');
    struct err ignored;
    int64_t delay_ns = 0;
    c->link_bit_per_s = c->link_delay_ns = 0;
    for (size_t i = 0; rate > 0 && i < sizeof units / sizeof *units; i++)
        if (after(end, units[i].unit) != NULL)
            c->link_bit_per_s = llround(rate * units[i].scale);
    if (comma != NULL && quantity_duration(comma + strspn(comma, ", "), &delay_ns, &ignored) == 0)
        c->link_delay_ns = delay_ns;
    if (c->link[0] == '\0')
        (void)snprintf(c->link, sizeof c->link, "unlimited");
}

static void read_workload(struct trial_record *r)
{
    static const char *const images[] = {"envelope", "chunks", "object", "routed"};
    bool sends_images = r->images.sent >= 0;
    for (size_t i = 0; i < sizeof images / sizeof *images; i++)
        sends_images = sends_images || strcmp(r->cell.encoding, images[i]) == 0;
    (void)snprintf(r->cell.workload, sizeof r->cell.workload, "%s",
                   sends_images ? "images" : "records");
}

/* Members of "delivery"; foreign records were called alien, and refused ones were lost ones. */
static enum rc read_outcomes(const struct json *root, struct delivery *d, struct err *e)
{
    const struct json *counts = json_get(root, "delivery");
    for (size_t i = 0; i <= OUTCOME_FOREIGN; i++) {
        const char *name = i == OUTCOME_FOREIGN ? "alien" : OUTCOMES[i].name;
        const struct json *n = counts != NULL ? json_get(counts, name) : NULL;
        if (n == NULL && i == OUTCOME_REFUSED)
            continue;
        if (n == NULL || json_kind(n) != JSON_KIND_INT || json_int(n) < 0)
            return err_set(e, RC_INPUT, "delivery.%s: %s; expected a whole number >= 0", name,
                           n == NULL ? "is missing" : "found something else");
        d->outcome[i] = json_int(n);
    }
    return RC_OK;
}

enum rc record_schema1_facts(const struct json *root, struct trial_record *r, struct err *e)
{
    read_load(&r->cell);
    read_link(&r->cell);
    read_workload(r);
    (void)snprintf(r->codec_name, sizeof r->codec_name, "%.*s",
                   (int)strcspn(r->codec_effective, "-"), r->codec_effective);
    r->cell.codec_by_policy = strcmp(r->cell.codec, "policy") == 0;
    bool warmed_up = r->measured_records >= 0 && r->measured_records < r->delivery.sent;
    r->cell.exact = r->cell.linger_ns == EXACT_LINGER_NS && !r->cell.load_paced && !warmed_up &&
                    r->images.sent < 0;
    return read_outcomes(root, &r->delivery, e);
}
