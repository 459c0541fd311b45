#include "cli/run_export.h"

#include <stdio.h>

enum { WARNING_TEXT = ERR_TEXT_MAX };

/* One text, two ways to ask for the run's id. */
_Static_assert((int)LIVE_RUN_MAX <= (int)EXPORT_RUN_MAX, "a run's id fits");

enum rc run_export_read(const struct args *a, struct run_export *out, struct err *e)
{
    const char *address = args_value(a, "--metrics");
    const char *gateway = args_value(a, "--pushgateway");
    *out = (struct run_export){.serve = address != NULL, .push = gateway != NULL};
    if (address != NULL && listen_address_parse(address, &out->address, e) != RC_OK)
        return err_wrap(e, "--metrics");
    if (gateway != NULL && push_target_parse(gateway, &out->target, e) != RC_OK)
        return err_wrap(e, "--pushgateway");
    return RC_OK;
}

/* Whoever let the port be chosen must learn it, also when quiet. */
static void say_where(const struct run_export *x, struct progress *p)
{
    if (p->quiet && x->address.port == 0)
        (void)fprintf(stderr, "metrics: %s\n", exporter_url(x->exporter));
    else
        progress_say(p, "metrics: %s", exporter_url(x->exporter));
}

enum rc run_export_open(struct run_export *x, struct progress *p, struct err *e)
{
    if (!x->serve && !x->push)
        return RC_OK;
    enum rc rc = live_metrics_open(&x->live, e);
    if (rc != RC_OK)
        return rc;
    const struct export_source source = {
        .write = live_metrics_write, .run = live_metrics_run, .ctx = x->live};
    const struct pusher_options push = {.target = &x->target, .source = &source};
    if (x->serve && exporter_open(&x->address, &source, &x->exporter, e) != RC_OK)
        return err_wrap(e, "--metrics");
    if (x->serve)
        say_where(x, p);
    return x->push ? pusher_open(&push, &x->pusher, e) : RC_OK;
}

void run_export_warn(struct run_export *x, struct progress *p)
{
    char text[WARNING_TEXT];
    if (x->pusher == NULL || !pusher_trouble(x->pusher, text, sizeof text))
        return;
    progress_end(p);
    (void)fprintf(stderr, "WARNING: %s\n", text);
}

void run_export_close(struct run_export *x, struct progress *p)
{
    pusher_finish(x->pusher);
    run_export_warn(x, p);
    pusher_close(x->pusher);
    exporter_close(x->exporter);
    live_metrics_close(x->live);
    push_target_wipe(&x->target);
    *x = (struct run_export){.live = NULL};
}
