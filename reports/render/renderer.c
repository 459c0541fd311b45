#include "reports/render/renderer.h"

const struct renderer RENDERERS[] = {
    {"json", "summary.json", "medians, spreads and paired ratios, for programs",
     render_summary_json},
    {"csv", "results.csv", "one row per cell, for spreadsheets", render_csv},
    {"markdown", "report.md", "the tables and their evidence, as text", render_markdown},
    {"html", "report.html", "everything on one page, opens offline", render_html},
    {.name = NULL},
};
