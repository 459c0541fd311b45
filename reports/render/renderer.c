#include "reports/render/renderer.h"

const struct renderer RENDERERS[] = {
    {"summary.json", render_summary_json},
    {"results.csv", render_csv},
    {"report.md", render_markdown},
    {"report.html", render_html},
    {.file = NULL},
};
