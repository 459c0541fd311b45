/* The object store as a part of the testbed: versitygw of our own, or a store of others. */
#include "bench/testbed/testbed.h"

#include "base/clock.h"
#include "bench/measure/process.h"
#include "bench/testbed/store/image_store.h"
#include "core/s3/object_store.h"

#include <stdio.h>

static void use_server(struct testbed *tb)
{
    store_server_access(&tb->store_server, "assay-images", &tb->store_config);
    (void)snprintf(tb->store_says, sizeof tb->store_says, "versitygw %s, embedded",
                   tb->store_server.version);
}

/* That it is there and our keys are good, before anything is measured. */
static enum rc check_store(const struct testbed *tb, bool make_bucket, struct err *e)
{
    struct s3_store *store = NULL;
    struct err ignored;
    enum rc rc = s3_store_open(&tb->store_config, &store, e);
    if (rc == RC_OK && make_bucket)
        rc = s3_store_make_bucket(store, e);
    if (rc == RC_OK)
        rc = s3_store_check(store, e);
    (void)s3_store_close(store, &ignored);
    return rc;
}

static enum rc start_store(struct testbed *tb, enum testbed_part part, struct err *e)
{
    const struct testbed_options *o = &tb->options;
    (void)part;
    object_store_config_init(&tb->store_config);
    enum rc rc = image_store_own_prefix(&tb->store_config, e);
    if (rc != RC_OK)
        return rc;
    if (o->s3_bucket == NULL) {
        rc = store_server_open(o->home, o->stop, &tb->store_server, e);
        if (rc == RC_OK)
            use_server(tb);
    } else {
        if (o->s3_endpoint != NULL)
            object_store_config_endpoint(&tb->store_config, o->s3_endpoint);
        (void)snprintf(tb->store_config.bucket, sizeof tb->store_config.bucket, "%s", o->s3_bucket);
        (void)snprintf(tb->store_says, sizeof tb->store_says, "%.120s, bucket %.63s",
                       tb->store_config.endpoint, tb->store_config.bucket);
    }
    if (rc == RC_OK)
        rc = check_store(tb, o->s3_bucket == NULL, e);
    if (rc == RC_OK)
        tb->store = &tb->store_config;
    else
        store_server_close(&tb->store_server);
    return rc;
}

static void stop_store(struct testbed *tb, enum testbed_part part, bool failed)
{
    (void)part;
    (void)failed;
    store_server_close(&tb->store_server);
    object_store_config_wipe(&tb->store_config);
    tb->store = NULL;
    tb->store_says[0] = '\0';
}

static size_t store_processes(const struct testbed *tb, enum testbed_part part,
                              struct testbed_process out[TESTBED_PROCESSES])
{
    pid_t pid = tb->store_server.pid;
    (void)part;
    if (pid <= 0)
        return 0;
    out[0] = (struct testbed_process){.name = "versitygw",
                                      .pid = pid,
                                      .cpu_ns = clock_process_cpu_ns(pid),
                                      .resident_bytes = process_resident_bytes(pid)};
    return 1;
}

static const char *describe_store(const struct testbed *tb, enum testbed_part part)
{
    (void)part;
    return tb->store_says;
}

static bool lacks_server(const struct home *h)
{
    return !store_server_is_installed(h);
}

const struct testbed_row TESTBED_ROW_STORE = {.name = "object store",
                                              .lacks = lacks_server,
                                              .start = start_store,
                                              .stop = stop_store,
                                              .processes = store_processes,
                                              .describe = describe_store};
