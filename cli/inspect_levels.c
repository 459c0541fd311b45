#include "cli/inspect_levels.h"

#include <inttypes.h>
#include <stdio.h>

enum { PERCENT = 100, GZIP_ID = 1 };

static double share_off(const struct codec_levels *c, const struct level_fit *fit)
{
    return c->stored_bytes == 0 ? 0 : (double)fit->off / (double)c->stored_bytes;
}

/* How many stand in front with the same distance; there is at least one fit. */
static size_t nearest_count(const struct codec_levels *c)
{
    size_t n = 1;
    while (n < c->fit_count && c->fits[n].off == c->fits[0].off)
        n++;
    return n;
}

static void print_codec(const struct codec_levels *c)
{
    size_t nearest = nearest_count(c);
    bool exact = c->fits[0].off == 0;
    (void)printf("Level of %s, by %" PRId64 " batch%s compressed once more with %s %s: %s",
                 c->codec->name, c->batches, c->batches == 1 ? "" : "es", c->codec->library,
                 c->codec->version(), exact ? "" : "nearest ");
    for (size_t i = 0; i < nearest; i++)
        (void)printf("%s%d (%s)", i == 0 ? "" : ", ", c->fits[i].level, c->fits[i].manner);
    if (exact)
        (void)printf(", to the byte.\n");
    else
        (void)printf(", %.2f %% off.\n", PERCENT * share_off(c, &c->fits[0]));
}

void inspect_print_levels(const struct stored_levels *l)
{
    for (int id = 0; id < STORED_CODEC_IDS; id++)
        if (l->of[id].fit_count > 0)
            print_codec(&l->of[id]);
}

static void write_codec(struct json_writer *w, const struct codec_levels *c)
{
    size_t nearest = nearest_count(c);
    json_write_object(w, NULL);
    json_write_text(w, "codec", c->codec->name);
    json_write_text(w, "library", c->codec->library);
    json_write_text(w, "library_version", c->codec->version());
    json_write_int(w, "batches", c->batches);
    json_write_int(w, "stored_body_bytes", c->stored_bytes);
    json_write_bool(w, "exact", c->fits[0].off == 0);
    json_write_real(w, "off", share_off(c, &c->fits[0]));
    json_write_array(w, "nearest");
    for (size_t i = 0; i < nearest; i++) {
        json_write_object(w, NULL);
        json_write_int(w, "level", c->fits[i].level);
        json_write_text(w, "manner", c->fits[i].manner);
        json_write_int(w, "recompressed_bytes", c->fits[i].bytes);
        json_write_close(w);
    }
    json_write_close(w);
    if (c->codec->kafka_id == GZIP_ID)
        json_write_int(w, "gzip_extra_flags", c->gzip_extra_flags);
    json_write_close(w);
}

void inspect_write_levels(struct json_writer *w, const struct stored_levels *l)
{
    json_write_array(w, "levels");
    for (int id = 0; id < STORED_CODEC_IDS; id++)
        if (l->of[id].fit_count > 0)
            write_codec(w, &l->of[id]);
    json_write_close(w);
}
