#include "bench/claims/claims_known.h"

#include "bench/probe/probe.h"
#include "reports/summary/metric.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROBES_MOST = 64 };

enum rc claims_known_folder(const struct home *home, char *out, struct err *e)
{
    const char *own = getenv("ASSAY_CLAIMS");
    if (own == NULL || own[0] == '\0')
        return home_data(home, CLAIMS_FOLDER, out, e);
    if (strlen(own) >= HOME_PATH_MAX)
        return err_set(e, RC_INPUT, "ASSAY_CLAIMS: a path of %zu characters is too long",
                       strlen(own));
    (void)snprintf(out, HOME_PATH_MAX, "%s", own);
    return RC_OK;
}

static enum rc load(const char *folder, bool kept, struct claims *out, struct err *e)
{
    struct claim_metric metrics[METRICS_MAX + 1] = {{.name = NULL}};
    const char *probes[PROBES_MOST + 1] = {NULL};
    for (int i = 0; i < METRIC_COUNT; i++)
        metrics[i] =
            (struct claim_metric){METRICS[i].name, METRICS[i].unit, METRICS[i].by_difference};
    for (size_t i = 0; i < PROBES_MOST && PROBES[i] != NULL; i++)
        probes[i] = PROBES[i]->name;
    struct claim_places places = {
        .folder = folder, .metrics = metrics, .probes = probes, .kept = kept};
    return claims_load(&places, out, e);
}

enum rc claims_known_load(const struct home *home, struct claims *out, struct err *e)
{
    char folder[HOME_PATH_MAX];
    enum rc rc = claims_known_folder(home, folder, e);
    return rc == RC_OK ? load(folder, false, out, e) : rc;
}

enum rc claims_known_load_kept(const char *folder, struct claims *out, struct err *e)
{
    return load(folder, true, out, e);
}
