#define _GNU_SOURCE
#include "scenarios/arithmetic.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_CHARS = 32 };

struct arithmetic_reading {
    const struct arithmetic *a;
    const char *at;               /* next character */
    int depth;                    /* open parentheses and signs */
    char shown[ARITHMETIC_SHOWN]; /* the side being read, with figures put in */
    size_t used;                  /* of shown */
    size_t parts;                 /* numbers and figures of the side being read */
    struct err *e;
};

static enum rc side(struct arithmetic_reading *r, double *out);

bool figure_name_valid(const char *name)
{
    if (!isalpha((unsigned char)name[0]))
        return false;
    for (const char *c = name; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && *c != '_')
            return false;
    return strlen(name) < NUMBER_CHARS;
}

static void show(struct arithmetic_reading *r, const char *text)
{
    int more = snprintf(r->shown + r->used, sizeof r->shown - r->used, "%s", text);
    r->used += more > 0 ? (size_t)more : 0;
    if (r->used >= sizeof r->shown)
        r->used = sizeof r->shown - 1;
}

static void skip_blanks(struct arithmetic_reading *r)
{
    while (*r->at == ' ' || *r->at == '\n')
        r->at++;
}

static enum rc refuse(const struct arithmetic_reading *r, const char *right)
{
    if (*r->at == '\0')
        return err_set(r->e, RC_INPUT, "\"%s\" ends too early; expected %s", r->a->text, right);
    return err_set(r->e, RC_INPUT, "\"%s\": found \"%.20s\"; expected %s", r->a->text, r->at,
                   right);
}

static enum rc read_number(struct arithmetic_reading *r, double *out)
{
    size_t length = strspn(r->at, "0123456789.");
    char text[NUMBER_CHARS];
    if (length >= sizeof text)
        return refuse(r, "a number of fewer digits");
    memcpy(text, r->at, length);
    text[length] = '\0';
    char *end = NULL;
    *out = strtod(text, &end);
    if (*end != '\0' || end == text)
        return refuse(r, "a number such as 4995 or 0.8");
    r->at += length;
    r->parts++;
    show(r, text);
    return RC_OK;
}

static enum rc read_figure(struct arithmetic_reading *r, double *out)
{
    size_t length = 0;
    while (isalnum((unsigned char)r->at[length]) || r->at[length] == '_')
        length++;
    for (size_t i = 0; i < r->a->figure_count; i++) {
        const struct figure *f = &r->a->figures[i];
        if (strlen(f->name) != length || strncmp(f->name, r->at, length) != 0)
            continue;
        char text[NUMBER_CHARS];
        (void)snprintf(text, sizeof text, "%.10g", f->value);
        *out = f->value;
        r->at += length;
        r->parts++;
        show(r, text);
        return RC_OK;
    }
    return err_set(r->e, RC_INPUT, "\"%s\": found \"%.*s\"; expected one of the figures",
                   r->a->text, (int)length, r->at);
}

static enum rc read_group(struct arithmetic_reading *r, double *out)
{
    r->at++;
    show(r, "(");
    enum rc rc = side(r, out);
    if (rc != RC_OK)
        return rc;
    if (*r->at != ')')
        return refuse(r, "a closing parenthesis");
    r->at++;
    show(r, ")");
    return RC_OK;
}

static enum rc operand(struct arithmetic_reading *r, double *out)
{
    skip_blanks(r);
    if (isdigit((unsigned char)*r->at))
        return read_number(r, out);
    if (isalpha((unsigned char)*r->at))
        return read_figure(r, out);
    if (*r->at != '(' && *r->at != '-')
        return refuse(r, "a number, a figure or an expression in parentheses");
    if (r->depth >= ARITHMETIC_DEPTH_MAX)
        return refuse(r, "fewer parentheses");
    r->depth++;
    enum rc rc = RC_OK;
    if (*r->at == '(') {
        rc = read_group(r, out);
    } else {
        r->at++;
        show(r, "-");
        rc = operand(r, out);
        *out = -*out;
    }
    r->depth--;
    return rc;
}

static enum rc product(struct arithmetic_reading *r, double *out)
{
    enum rc rc = operand(r, out);
    skip_blanks(r);
    while (rc == RC_OK && (*r->at == '*' || *r->at == '/')) {
        bool times = *r->at++ == '*';
        double by = 0;
        show(r, times ? " * " : " / ");
        rc = operand(r, &by);
        if (rc == RC_OK && !times && by == 0)
            return err_set(r->e, RC_INPUT, "\"%s\" divides by zero", r->a->text);
        *out = times ? *out * by : *out / (by != 0 ? by : 1);
        skip_blanks(r);
    }
    return rc;
}

/* A sum of products, up to the comparison, a closing parenthesis or the end. */
static enum rc side(struct arithmetic_reading *r, double *out)
{
    enum rc rc = product(r, out);
    while (rc == RC_OK && (*r->at == '+' || *r->at == '-')) {
        bool plus = *r->at++ == '+';
        double more = 0;
        show(r, plus ? " + " : " - ");
        rc = product(r, &more);
        *out = plus ? *out + more : *out - more;
    }
    return rc;
}

/* --- comparisons --- */

static bool is_same(double left, double right, double tolerance)
{
    return fabs(left - right) <= tolerance * fabs(right) + 1e-9 * fabs(right);
}

static bool is_less(double left, double right, double tolerance)
{
    (void)tolerance;
    return left < right;
}

static bool is_more(double left, double right, double tolerance)
{
    (void)tolerance;
    return left > right;
}

static bool is_not_more(double left, double right, double tolerance)
{
    return !is_more(left, right, tolerance) || is_same(left, right, 0);
}

static bool is_not_less(double left, double right, double tolerance)
{
    return !is_less(left, right, tolerance) || is_same(left, right, 0);
}

static const struct comparison {
    const char *sign;
    bool (*holds)(double left, double right, double tolerance);
} COMPARISONS[] = {
    {"<=", is_not_more}, {">=", is_not_less}, {"<", is_less}, {">", is_more}, {"=", is_same}};

static enum rc read_comparison(struct arithmetic_reading *r, const struct comparison **out)
{
    for (size_t i = 0; i < sizeof COMPARISONS / sizeof COMPARISONS[0]; i++) {
        size_t length = strlen(COMPARISONS[i].sign);
        if (strncmp(r->at, COMPARISONS[i].sign, length) == 0) {
            *out = &COMPARISONS[i];
            r->at += length;
            return RC_OK;
        }
    }
    return refuse(r, "one of + - * / and, once, = < > <= >=");
}

/* One side: its value, and "1500000 - 0 = 1500000; " unless it is a plain number. */
static enum rc read_side(struct arithmetic_reading *r, double *value, struct arithmetic_answer *out)
{
    r->used = 0;
    r->parts = 0;
    r->shown[0] = '\0';
    enum rc rc = side(r, value);
    if (rc != RC_OK)
        return rc;
    if (!isfinite(*value))
        return err_set(r->e, RC_INPUT, "\"%s\" comes to no finite number", r->a->text);
    size_t used = strlen(out->shown);
    if (r->parts > 1)
        (void)snprintf(out->shown + used, sizeof out->shown - used, "%s = %.6g; ", r->shown,
                       *value);
    return RC_OK;
}

enum rc arithmetic_check(const struct arithmetic *a, struct arithmetic_answer *out, struct err *e)
{
    *out = (struct arithmetic_answer){0};
    if (strlen(a->text) > ARITHMETIC_TEXT_MAX)
        return err_set(e, RC_INPUT, "found %zu characters; expected at most %d", strlen(a->text),
                       ARITHMETIC_TEXT_MAX);
    struct arithmetic_reading r = {.a = a, .at = a->text, .e = e};
    const struct comparison *comparison = NULL;
    enum rc rc = read_side(&r, &out->left, out);
    if (rc == RC_OK)
        rc = read_comparison(&r, &comparison);
    if (rc == RC_OK)
        rc = read_side(&r, &out->right, out);
    if (rc == RC_OK && *r.at != '\0')
        return refuse(&r, "the end");
    if (rc != RC_OK)
        return rc;
    out->holds = comparison->holds(out->left, out->right, a->tolerance);
    size_t used = strlen(out->shown);
    int more_used =
        snprintf(out->shown + used, sizeof out->shown - used, "%.6g %s %.6g is %s", out->left,
                 comparison->sign, out->right, out->holds ? "true" : "false");
    used += more_used > 0 ? (size_t)more_used : 0;
    if (a->tolerance > 0 && used < sizeof out->shown)
        (void)snprintf(out->shown + used, sizeof out->shown - used, " within %.3g %%",
                       a->tolerance * 100);
    return RC_OK;
}
