#include "cli/claims_known.h"

#include "bench/probe/probe.h"
#include "reports/metric.h"

#include <stdlib.h>

enum { PROBES_MOST = 64 };

enum rc claims_known_load(const struct home *home, struct claims *out, struct err *e)
{
    const char *metrics[METRIC_COUNT + 1] = {NULL}, *probes[PROBES_MOST + 1] = {NULL};
    const char *own = getenv("ASSAY_CLAIMS");
    char folder[HOME_PATH_MAX];
    for (size_t i = 0; i < METRIC_COUNT; i++)
        metrics[i] = METRICS[i].name;
    for (size_t i = 0; i < PROBES_MOST && PROBES[i] != NULL; i++)
        probes[i] = PROBES[i]->name;
    enum rc rc = home_data(home, CLAIMS_FOLDER, folder, e);
    if (rc != RC_OK)
        return rc;
    struct claim_places places = {.folder = own != NULL && own[0] != '\0' ? own : folder,
                                  .metrics = metrics,
                                  .probes = probes};
    return claims_load(&places, out, e);
}
