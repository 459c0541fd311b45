#include "bench/testbed/store/image_store.h"

#include "base/clock.h"
#include "core/image/chunk.h"
#include "core/s3/object_store.h"

#include <stdio.h>

enum { ATTEMPTS = 2 };
static const int64_t STALL_NS = 10 * (int64_t)NS_PER_S;

enum rc image_store_own_prefix(struct object_store_config *c, struct err *e)
{
    struct image_id id;
    char text[IMAGE_ID_TEXT];
    enum rc rc = image_id_make(&id, e);
    if (rc != RC_OK)
        return rc;
    image_id_format(&id, text);
    (void)snprintf(c->prefix, sizeof c->prefix, "assay-images/%s/", text);
    return RC_OK;
}

enum rc image_store_empty(const struct object_store_config *c, struct err *e)
{
    struct object_store_config quick = *c;
    struct s3_store *store = NULL;
    struct err ignored;
    int64_t removed = 0;
    quick.attempts = ATTEMPTS;
    quick.stall_ns = STALL_NS;
    enum rc rc = s3_store_open(&quick, &store, e);
    if (rc == RC_OK)
        rc = s3_store_empty(store, &removed, e);
    (void)s3_store_close(store, &ignored);
    object_store_config_wipe(&quick);
    if (rc != RC_OK)
        return err_wrap(e, "images below %s in bucket %s could not be removed", c->prefix,
                        c->bucket);
    return RC_OK;
}
