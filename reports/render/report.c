#include "reports/render/report.h"

#include "reports/render/plot.h"
#include "reports/render/renderer.h"

static const size_t REPORT_BYTES_MAX = (size_t)1 << 28;

static enum rc write_report(struct folder *f, const struct renderer *r, const struct summary *s,
                            struct err *e)
{
    struct buf text;
    buf_init(&text, REPORT_BYTES_MAX);
    enum rc rc = r->render(s, &text, e);
    if (rc == RC_OK)
        rc = folder_write(f, r->file, buf_span(&text), e);
    else
        (void)err_wrap(e, "%s", r->file);
    buf_release(&text);
    return rc;
}

enum rc report_make(const struct summary *s, struct report_notes *notes, struct err *e)
{
    struct folder f;
    *notes = (struct report_notes){.plots = ""};
    enum rc rc = folder_open(s->results->path, &f, e);
    for (const struct renderer *r = RENDERERS; rc == RC_OK && r->file != NULL; r++)
        rc = write_report(&f, r, s, e);
    if (rc == RC_OK)
        rc = plot_all(&f, s, notes->plots, e);
    folder_close(&f);
    return rc;
}
