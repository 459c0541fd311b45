#include "bench/payload/payload.h"

#include "bench/payload/corpus.h"
#include "bench/payload/generators.h"
#include "bench/payload/pool.h"

enum { POOL_BYTES_DEFAULT = 64000000, RECORD_ROOM = POOL_RECORD_MAX };

#define GENERATOR_ENTRY(row) &(row),
const struct payload_kind *const PAYLOAD_KINDS[] = {EACH_GENERATOR(GENERATOR_ENTRY) NULL};

enum rc readings_append(enum rc (*one)(struct payload_source *s, struct buf *out, struct err *e),
                        struct payload_source *s, size_t size_bytes, struct buf *out, struct err *e)
{
    size_t start = out->size;
    enum rc rc = one(s, out, e);
    while (rc == RC_OK && out->size - start < size_bytes) {
        rc = buf_append(out, "\n", 1, e);
        if (rc == RC_OK)
            rc = one(s, out, e);
    }
    return rc;
}

const struct payload_kind *payload_kind_find(const char *name)
{
    for (size_t i = 0; PAYLOAD_KINDS[i] != NULL; i++)
        if (strcmp(PAYLOAD_KINDS[i]->name, name) == 0)
            return PAYLOAD_KINDS[i];
    return NULL;
}

const char *const *payload_names(void)
{
    static const char *names[sizeof PAYLOAD_KINDS / sizeof(void *)];
    for (size_t i = 0; PAYLOAD_KINDS[i] != NULL; i++)
        names[i] = PAYLOAD_KINDS[i]->name;
    return names;
}

static enum rc unknown_kind(const char *name, struct err *e)
{
    struct buf names;
    buf_init(&names, ERR_TEXT_MAX);
    enum rc rc = RC_OK;
    for (size_t i = 0; PAYLOAD_KINDS[i] != NULL && rc == RC_OK; i++)
        rc = buf_appendf(&names, e, " %s", PAYLOAD_KINDS[i]->name);
    if (rc == RC_OK)
        rc = err_set(e, RC_INPUT, "payload '%s': there are%s", name, (const char *)names.data);
    buf_release(&names);
    return rc;
}

static bool wants_more(const struct payload_spec *spec, const struct pool_writer *w)
{
    size_t bytes = spec->pool_bytes > 0 ? spec->pool_bytes : POOL_BYTES_DEFAULT;
    if (spec->size_count > 0 && w->records % spec->size_count != 0)
        return true; /* only whole rounds of sizes, so that each is sent as often as the others */
    return w->total_bytes < bytes && (spec->records_max == 0 || w->records < spec->records_max);
}

/* Size asked of the next record. */
static size_t size_of_next(const struct payload_spec *spec, const struct pool_writer *w)
{
    return spec->size_count > 0 ? (size_t)spec->sizes[w->records % spec->size_count]
                                : spec->size_bytes;
}

static enum rc fill(const struct payload_kind *kind, const struct payload_spec *spec,
                    struct pool_writer *w, struct err *e)
{
    struct payload_source *source = NULL;
    enum rc rc = kind->open(spec->seed, &source, e);
    if (rc != RC_OK)
        return rc;
    struct buf record;
    buf_init(&record, RECORD_ROOM);
    while (rc == RC_OK && wants_more(spec, w)) {
        buf_clear(&record);
        rc = kind->next(source, size_of_next(spec, w), &record, e);
        if (rc == RC_OK)
            rc = pool_writer_add_new(w, buf_span(&record), e);
    }
    buf_release(&record);
    kind->close(source);
    return rc;
}

static enum rc generate(const struct payload_spec *spec, struct pool_writer *w, struct err *e)
{
    const struct payload_kind *kind = payload_kind_find(spec->kind);
    if (kind == NULL)
        return unknown_kind(spec->kind, e);
    if (spec->size_bytes > POOL_RECORD_MAX)
        return err_set(e, RC_INPUT, "payload '%s': records of %zu bytes; %d at most", spec->kind,
                       spec->size_bytes, POOL_RECORD_MAX);
    enum rc rc = fill(kind, spec, w, e);
    return rc == RC_OK ? RC_OK : err_wrap(e, "payload '%s'", spec->kind);
}

enum rc payload_pool_build(const struct payload_spec *spec, struct payload_pool *out, struct err *e)
{
    *out = (struct payload_pool){.fd = -1};
    if ((spec->kind == NULL) == (spec->path == NULL))
        return err_set(e, RC_INPUT, "a payload is either a kind or a path");
    struct pool_writer w;
    enum rc rc = pool_writer_open(&w, e);
    if (rc == RC_OK)
        rc = spec->kind != NULL ? generate(spec, &w, e) : corpus_read(spec, &w, e);
    if (rc == RC_OK && pool_writer_finish(&w, out, e) != RC_OK)
        rc = err_wrap(e, "%s", spec->kind != NULL ? spec->kind : spec->path);
    pool_writer_release(&w);
    return rc;
}
