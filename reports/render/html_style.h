/* The style sheet of report.html: light and dark by the reader's preference, printable. */
#ifndef ASSAY_REPORTS_RENDER_HTML_STYLE_H
#define ASSAY_REPORTS_RENDER_HTML_STYLE_H

extern const char HTML_STYLE[];

#endif
