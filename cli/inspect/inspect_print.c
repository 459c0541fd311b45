#include "cli/inspect/inspect_print.h"

#include "base/quantity.h"

#include <inttypes.h>
#include <stdio.h>

enum { PERCENT = 100, GZIP_ID = 1 };

static double share(const struct stored_count *part, const struct stored_count *all)
{
    return all->stored_bytes == 0 ? 0 : (double)part->stored_bytes / (double)all->stored_bytes;
}

static int64_t mean_bytes(const struct stored_count *c)
{
    return c->batches == 0 ? 0 : c->stored_bytes / c->batches;
}

/* What the batches would take without compression. */
static int64_t plain_bytes(const struct stored_count *c)
{
    return c->body_bytes + c->batches * STORED_BATCH_HEADER;
}

static double ratio(const struct stored_count *c)
{
    return c->stored_bytes == 0 ? 0 : (double)plain_bytes(c) / (double)c->stored_bytes;
}

static void print_row(const char *name, const struct stored_count *c,
                      const struct stored_summary *s)
{
    char mean[QUANTITY_TEXT];
    (void)printf("%-16s %10" PRId64 " %12" PRId64 " %16" PRId64 " %7.1f %% %12s", name, c->batches,
                 c->records, c->stored_bytes, PERCENT * share(c, &s->all),
                 quantity_format_size(mean_bytes(c), mean));
    if (s->decoded)
        (void)printf(" %16" PRId64 " %7.3f", plain_bytes(c), ratio(c));
    (void)printf("\n");
}

static void print_aside(const char *what, const struct stored_count *c)
{
    if (c->batches > 0)
        (void)printf("Not counted: %" PRId64 " %s, %" PRId64 " bytes.\n", c->batches, what,
                     c->stored_bytes);
}

void inspect_print_summary(const char *topic, const struct stored_summary *s)
{
    (void)printf("Topic %s, %" PRId32 " partition%s, by %s", topic, s->partitions,
                 s->partitions == 1 ? "" : "s", STORED_EVIDENCE_NAMES[s->evidence]);
    if (s->all.batches == 0) {
        (void)printf(": no records are stored.\n");
    } else {
        (void)printf(", offsets %" PRId64 " to %" PRId64 "\n\n%-16s %10s %12s %16s %9s %12s%s\n",
                     s->first_offset, s->last_offset, "codec", "batches", "records", "stored bytes",
                     "share", "mean batch", s->decoded ? "     uncompressed   ratio" : "");
        for (int id = 0; id < STORED_CODEC_IDS; id++)
            if (s->codec[id].batches > 0)
                print_row(stored_codec_name(id), &s->codec[id], s);
        print_row("all", &s->all, s);
        (void)printf("\nBatches: smallest %" PRId64 ", median %" PRId64 ", largest %" PRId64
                     " bytes.\n",
                     s->min_batch_bytes, s->median_batch_bytes, s->max_batch_bytes);
    }
    print_aside("transaction markers", &s->control);
    print_aside("batches only partly in the range", &s->straddling);
}

void inspect_print_batch(struct inspect_list *l, int32_t partition, const struct stored_batch *b)
{
    if (!l->begun)
        (void)printf("%9s %14s %14s %-10s %9s %12s %15s %12s\n", "partition", "first offset",
                     "last offset", "codec", "records", "stored bytes", "last timestamp",
                     "producer");
    l->begun = true;
    (void)printf("%9" PRId32 " %14" PRId64 " %14" PRId64 " %-10s %9" PRId32 " %12" PRId64
                 " %15" PRId64 " %12" PRId64 "\n",
                 partition, b->base_offset, b->last_offset, stored_codec_name(b->codec_id),
                 b->records, b->stored_bytes, b->max_timestamp_ms, b->producer_id);
}

void inspect_write_batch(struct json_writer *w, int32_t partition, const struct stored_batch *b)
{
    json_write_object(w, NULL);
    json_write_int(w, "partition", partition);
    json_write_int(w, "first_offset", b->base_offset);
    json_write_int(w, "last_offset", b->last_offset);
    json_write_text(w, "codec", stored_codec_name(b->codec_id));
    json_write_int(w, "records", b->records);
    json_write_int(w, "stored_bytes", b->stored_bytes);
    json_write_int(w, "base_timestamp_ms", b->base_timestamp_ms);
    json_write_int(w, "max_timestamp_ms", b->max_timestamp_ms);
    json_write_text(w, "timestamp_type", b->log_append_time ? "log append" : "create");
    json_write_int(w, "producer_id", b->producer_id);
    json_write_int(w, "producer_epoch", b->producer_epoch);
    json_write_int(w, "base_sequence", b->base_sequence);
    json_write_bool(w, "transactional", b->transactional);
    json_write_close(w);
}

static void write_count(struct json_writer *w, const char *name, const struct stored_count *c,
                        bool decoded)
{
    if (name != NULL)
        json_write_object(w, name);
    json_write_int(w, "batches", c->batches);
    json_write_int(w, "records", c->records);
    json_write_int(w, "stored_bytes", c->stored_bytes);
    if (decoded) {
        json_write_int(w, "body_bytes", c->body_bytes);
        json_write_int(w, "value_bytes", c->value_bytes);
        json_write_int(w, "uncompressed_batch_bytes", plain_bytes(c));
    }
    if (name != NULL)
        json_write_close(w);
}

/* -1 stands for nothing to measure. */
static void write_size(struct json_writer *w, const char *name, int64_t v)
{
    if (v < 0)
        json_write_null(w, name);
    else
        json_write_int(w, name, v);
}

void inspect_write_summary(struct json_writer *w, const struct stored_summary *s)
{
    json_write_text(w, "evidence", STORED_EVIDENCE_NAMES[s->evidence]);
    json_write_int(w, "partitions", s->partitions);
    write_size(w, "first_offset", s->first_offset);
    write_size(w, "last_offset", s->last_offset);
    json_write_array(w, "codecs");
    for (int id = 0; id < STORED_CODEC_IDS; id++) {
        if (s->codec[id].batches == 0)
            continue;
        json_write_object(w, NULL);
        json_write_text(w, "codec", stored_codec_name(id));
        write_count(w, NULL, &s->codec[id], s->decoded);
        json_write_real(w, "share", share(&s->codec[id], &s->all));
        json_write_close(w);
    }
    json_write_close(w);
    write_count(w, "all", &s->all, s->decoded);
    write_count(w, "transaction_markers", &s->control, false);
    json_write_object(w, "batch_bytes");
    write_size(w, "min", s->min_batch_bytes);
    write_size(w, "median", s->median_batch_bytes);
    write_size(w, "max", s->max_batch_bytes);
    json_write_close(w);
}

/* --- levels --- */

static double share_off(const struct codec_levels *c, const struct level_fit *fit)
{
    return c->stored_bytes == 0 ? 0 : (double)fit->off / (double)c->stored_bytes;
}

static void print_codec(const struct codec_levels *c)
{
    size_t nearest = codec_levels_nearest(c);
    const struct level_fit *last = &c->fits[nearest - 1];
    (void)printf(
        "Level of %s, by %" PRId64 " batch%s compressed once more with %s %s: ", c->codec->name,
        c->batches, c->batches == 1 ? "" : "es", c->codec->library, c->codec->version());
    for (size_t i = 0; i < nearest; i++)
        (void)printf("%s%d (%s)", i == 0 ? "" : " or ", c->fits[i].level, c->fits[i].manner);
    if (last->off == 0)
        (void)printf(", to the byte.\n");
    else if (nearest > 1)
        (void)printf("; another library wrote them, and these come within %.2f %%.\n",
                     PERCENT * share_off(c, last));
    else
        (void)printf(" is nearest, %.2f %% off; another library wrote them.\n",
                     PERCENT * share_off(c, last));
}

void inspect_print_levels(const struct stored_levels *l)
{
    for (int id = 0; id < STORED_CODEC_IDS; id++)
        if (l->of[id].fit_count > 0)
            print_codec(&l->of[id]);
}

static void write_codec(struct json_writer *w, const struct codec_levels *c)
{
    size_t nearest = codec_levels_nearest(c);
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
