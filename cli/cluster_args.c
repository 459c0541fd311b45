#include "cli/cluster_args.h"

#include "bench/testbed/broker/broker_keep.h"

enum rc cluster_args_read(const struct args *a, struct cluster *c, struct err *e)
{
    const char *file = args_value(a, "--client-config");
    const char *bootstrap = args_value(a, "--bootstrap");
    enum rc rc = file != NULL ? cluster_add_file(c, file, e) : RC_OK;
    if (rc == RC_OK && bootstrap != NULL)
        rc = cluster_set_bootstrap(c, bootstrap, e);
    const char *property = args_nth(a, "--property", 0);
    for (size_t i = 1; rc == RC_OK && property != NULL; i++) {
        if (cluster_add(c, property, e) != RC_OK)
            rc = err_wrap(e, "-X");
        property = args_nth(a, "--property", i);
    }
    return rc;
}

enum rc cluster_args_find(const struct args *a, struct cluster *c, bool *found, struct err *e)
{
    struct home h;
    struct broker b;
    struct err why;
    *found = false;
    enum rc rc = cluster_args_read(a, c, e);
    if (rc == RC_OK && cluster_bootstrap(c) != NULL) {
        *found = true;
        return RC_OK;
    }
    if (rc == RC_OK)
        rc = home_find(&h, e);
    if (rc == RC_OK)
        rc = broker_keep_look(&h, &b, found, &why, e);
    if (rc == RC_OK && !*found && why.text[0] != '\0')
        return err_set(e, RC_INFRA, "%s", why.text);
    return rc == RC_OK && *found ? cluster_set_bootstrap(c, b.bootstrap, e) : rc;
}
