#include "reports/record/environment_change.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double MEMORY_ALIKE = 0.02; /* kernels reserve a little more or less of the same */

struct changes {
    struct environment_change *rows;
    size_t count;
};

static void add(struct changes *c, bool host, const char *what, const char *from, const char *to)
{
    if (strcmp(from, to) == 0 || c->count == ENVIRONMENT_CHANGES)
        return;
    struct environment_change *row = &c->rows[c->count++];
    row->host = host;
    (void)snprintf(row->what, sizeof row->what, "%s", what);
    (void)snprintf(row->from, sizeof row->from, "%s", from[0] != '\0' ? from : "unknown");
    (void)snprintf(row->to, sizeof row->to, "%s", to[0] != '\0' ? to : "unknown");
}

static void add_number(struct changes *c, const char *what, int64_t from, int64_t to)
{
    char was[32], is[32];
    (void)snprintf(was, sizeof was, "%lld", (long long)from);
    (void)snprintf(is, sizeof is, "%lld", (long long)to);
    add(c, true, what, was, is);
}

static const char *version_of(const struct environment *v, const char *name)
{
    for (size_t i = 0; i < ENVIRONMENT_VERSIONS && v->versions[i].name[0] != '\0'; i++)
        if (strcmp(v->versions[i].name, name) == 0)
            return v->versions[i].version;
    return "";
}

static void add_versions(struct changes *c, const struct environment *from,
                         const struct environment *to)
{
    for (size_t i = 0; i < ENVIRONMENT_VERSIONS && from->versions[i].name[0] != '\0'; i++) {
        const char *name = from->versions[i].name;
        add(c, false, name, from->versions[i].version, version_of(to, name));
    }
    for (size_t i = 0; i < ENVIRONMENT_VERSIONS && to->versions[i].name[0] != '\0'; i++) {
        const char *name = to->versions[i].name;
        if (version_of(from, name)[0] == '\0')
            add(c, false, name, "", to->versions[i].version);
    }
}

static bool memory_alike(int64_t from, int64_t to)
{
    double most = (double)(from > to ? from : to);
    return most <= 0 || fabs((double)from - (double)to) <= MEMORY_ALIKE * most;
}

size_t environment_changes(const struct environment *from, const struct environment *to,
                           struct environment_change out[ENVIRONMENT_CHANGES])
{
    struct changes c = {.rows = out};
    add(&c, true, "cpu_model", from->cpu_model, to->cpu_model);
    add_number(&c, "cores", from->cores, to->cores);
    if (!memory_alike(from->memory_bytes, to->memory_bytes))
        add_number(&c, "memory_bytes", from->memory_bytes, to->memory_bytes);
    add(&c, true, "system", from->system, to->system);
    add(&c, false, "kernel", from->kernel, to->kernel);
    add(&c, false, "tool", from->tool, to->tool);
    add(&c, false, "broker", from->broker, to->broker);
    add(&c, false, "pinning", from->pinning, to->pinning);
    add_versions(&c, from, to);
    return c.count;
}
