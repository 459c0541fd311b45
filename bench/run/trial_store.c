#include "bench/run/trial_store.h"

static enum rc store_settings(struct folder *f, struct trial_outcome *out, struct err *e)
{
    enum rc rc = folder_add_settings(f, out->sender_settings, out->record.sender_settings, e);
    if (rc == RC_OK)
        rc = folder_add_settings(f, out->receiver_settings, out->record.receiver_settings, e);
    return rc;
}

static enum rc store_curves(struct folder *f, const struct trial_outcome *out, struct err *e)
{
    struct trial_hists hists = {.of = {NULL}};
    for (size_t i = 0; i < LATENCY_COUNT; i++)
        hists.of[i] = &out->latency[i];
    enum rc rc = folder_add_hists(f, &out->record, hists, e);
    return rc == RC_OK ? folder_add_timeline(f, &out->record, &out->timeline, e) : rc;
}

static enum rc store_background(struct folder *f, struct trial_outcome *out, struct err *e)
{
    enum rc rc = store_settings(f, out, e);
    if (rc == RC_OK)
        rc = folder_append_background(f, &out->record, e);
    return rc == RC_OK ? store_curves(f, out, e) : rc;
}

enum rc trial_store(struct folder *f, struct trial_outcome *out, struct err *e)
{
    enum rc rc = store_settings(f, out, e);
    if (rc == RC_OK && out->background != NULL)
        rc = store_background(f, out->background, e);
    if (rc == RC_OK)
        rc = folder_append(f, &out->record, e);
    return rc == RC_OK ? store_curves(f, out, e) : rc;
}
