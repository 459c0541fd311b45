#include "reports/render/ledger.h"

#include "reports/render/html_style.h"

#include <string.h>

static const size_t LEDGER_BYTES_MAX = (size_t)1 << 28;

static enum rc page_alone(const struct verdicts *v, struct buf *out, struct err *e)
{
    struct page p = {.out = out, .e = e, .rc = RC_OK};
    page_raw(&p, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                 "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                 "<title>claims</title><style>\n");
    page_raw(&p, HTML_STYLE);
    page_raw(&p, "</style></head><body><main>\n<h1>Claims</h1>"
                 "<p class=\"soft\">Nothing was measured.</p>\n");
    ledger_html(v, &p);
    page_raw(&p, "</main></body></html>\n");
    return p.rc;
}

typedef enum rc writer(const struct verdicts *v, struct buf *out, struct err *e);

static enum rc write_file(struct folder *f, const char *name, writer *write,
                          const struct verdicts *v, struct err *e)
{
    struct buf text;
    buf_init(&text, LEDGER_BYTES_MAX);
    enum rc rc = write(v, &text, e);
    if (rc == RC_OK)
        rc = folder_write(f, name, buf_span(&text), e);
    else
        (void)err_wrap(e, "%s", name);
    buf_release(&text);
    return rc;
}

enum rc ledger_write(const struct verdicts *v, const char *folder, struct err *e)
{
    struct folder f;
    enum rc rc = folder_open(folder, &f, e);
    if (rc != RC_OK)
        return rc;
    rc = write_file(&f, VERDICTS_FILE, verdicts_write_json, v, e);
    if (rc == RC_OK && v->trials == 0)
        rc = write_file(&f, "report.md", ledger_markdown, v, e);
    if (rc == RC_OK && v->trials == 0)
        rc = write_file(&f, "report.html", page_alone, v, e);
    folder_close(&f);
    return rc;
}
