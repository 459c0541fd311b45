#include "reports/render/junit.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Bytes of the UTF-8 sequence at s that XML 1.0 may hold; 0: none. */
static size_t xml_character(const uint8_t *s)
{
    static const struct {
        uint8_t first, last, second_low, second_high;
        size_t length;
    } ROWS[] = {
        {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
        {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
        {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
    };
    if (s[0] < 0x80)
        return s[0] >= 0x20 && s[0] != 0x7F ? 1 : 0;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        if (s[0] < ROWS[i].first || s[0] > ROWS[i].last)
            continue;
        bool whole = s[1] >= ROWS[i].second_low && s[1] <= ROWS[i].second_high;
        for (size_t k = 2; whole && k < ROWS[i].length; k++)
            whole = (s[k] & 0xC0) == 0x80;
        /* U+FFFE and U+FFFF are no characters of XML. */
        if (whole && s[0] == 0xEF && s[1] == 0xBF && s[2] >= 0xBE)
            whole = false;
        return whole ? ROWS[i].length : 0;
    }
    return 0;
}

static const char *entity_of(char c, bool attribute)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\n':
        return attribute ? "&#10;" : "\n";
    case '\t':
        return attribute ? "&#9;" : "\t";
    default:
        return NULL;
    }
}

static enum rc append_text(const char *text, bool attribute, struct buf *out, struct err *e)
{
    enum rc rc = RC_OK;
    for (const char *at = text; rc == RC_OK && *at != '\0';) {
        const char *entity = entity_of(*at, attribute);
        size_t length = xml_character((const uint8_t *)at);
        if (entity != NULL)
            rc = buf_append(out, entity, strlen(entity), e);
        else if (length == 0)
            rc = buf_append(out, "?", 1, e);
        else
            rc = buf_append(out, at, length, e);
        at += length > 0 ? length : 1;
    }
    return rc;
}

static enum rc append_attribute(const char *name, const char *value, struct buf *out, struct err *e)
{
    enum rc rc = buf_appendf(out, e, " %s=\"", name);
    if (rc == RC_OK)
        rc = append_text(value != NULL ? value : "", true, out, e);
    return rc == RC_OK ? buf_append(out, "\"", 1, e) : rc;
}

static enum rc append_element(const char *element, const char *message, const char *text,
                              struct buf *out, struct err *e)
{
    enum rc rc = buf_appendf(out, e, "      <%s", element);
    if (rc == RC_OK && message != NULL)
        rc = append_attribute("message", message, out, e);
    if (rc == RC_OK)
        rc = buf_append(out, ">", 1, e);
    if (rc == RC_OK && text != NULL)
        rc = append_text(text, false, out, e);
    return rc == RC_OK ? buf_appendf(out, e, "</%s>\n", element) : rc;
}

static enum rc append_case(const struct junit_case *c, struct buf *out, struct err *e)
{
    static const char *const ELEMENTS[] = {NULL, "failure", "error", "skipped"};
    const char *message = c->message != NULL ? c->message : "";
    enum rc rc = buf_appendf(out, e, "    <testcase");
    if (rc == RC_OK)
        rc = append_attribute("classname", c->classname, out, e);
    if (rc == RC_OK)
        rc = append_attribute("name", c->name, out, e);
    if (rc == RC_OK)
        rc = buf_appendf(out, e, ">\n");
    if (rc == RC_OK && c->result != JUNIT_PASSED)
        rc = append_element(ELEMENTS[c->result], message, c->evidence, out, e);
    else if (rc == RC_OK && c->evidence != NULL)
        rc = append_element("system-out", NULL, c->evidence, out, e);
    return rc == RC_OK ? buf_appendf(out, e, "    </testcase>\n") : rc;
}

static size_t count_of(const struct junit_suite *s, enum junit_result result)
{
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++)
        n += s->cases[i].result == result;
    return n;
}

static enum rc append_totals(const struct junit_suite *s, struct buf *out, struct err *e)
{
    enum rc rc = append_attribute("name", s->name, out, e);
    if (rc == RC_OK)
        rc = buf_appendf(out, e, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
                         s->count, count_of(s, JUNIT_FAILED), count_of(s, JUNIT_ERROR),
                         count_of(s, JUNIT_SKIPPED));
    if (rc == RC_OK && s->seconds >= 0)
        rc = buf_appendf(out, e, " time=\"%.3f\"", s->seconds);
    return rc == RC_OK ? buf_appendf(out, e, ">\n") : rc;
}

enum rc junit_write(const struct junit_suite *s, struct buf *out, struct err *e)
{
    enum rc rc = buf_appendf(
        out, e, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite");
    if (rc == RC_OK)
        rc = append_totals(s, out, e);
    for (size_t i = 0; rc == RC_OK && i < s->count; i++)
        rc = append_case(&s->cases[i], out, e);
    return rc == RC_OK ? buf_appendf(out, e, "  </testsuite>\n</testsuites>\n") : rc;
}
