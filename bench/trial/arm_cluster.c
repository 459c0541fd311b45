#include "bench/trial/arm_cluster.h"

enum { CLUSTER_TEXT = 65536 };

enum rc arm_cluster(const struct cluster *from, const struct arm_choice *arm, struct cluster *out,
                    struct err *e)
{
    struct buf text;
    cluster_init(out);
    buf_init(&text, CLUSTER_TEXT);
    enum rc rc = cluster_write(from, &text, e);
    if (rc == RC_OK)
        rc = cluster_read(out, buf_span(&text), e);
    buf_release(&text);
    for (char **p = arm != NULL ? arm->properties : NULL; rc == RC_OK && p != NULL && *p != NULL;
         p++)
        if (cluster_add(out, *p, e) != RC_OK)
            rc = err_wrap(e, "arm %s: properties", arm->name);
    if (rc != RC_OK)
        cluster_release(out);
    return rc;
}
