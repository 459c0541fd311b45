/*
 * Failure as a value: what kind of failure, and one sentence for a person.
 *
 * Every fallible function returns enum rc and fills the caller's struct err where most is known;
 * callers on the way up prefix it with context (err_wrap). RC_OK never touches the struct.
 * The kinds are the tool's exit codes in spirit; cli/ maps them to numbers.
 * Ownership: plain memory inside the struct. Threads: a struct err belongs to one thread.
 */
#ifndef ASSAY_BASE_ERR_H
#define ASSAY_BASE_ERR_H

#include <stddef.h>

#if defined(__GNUC__)
#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define MUST_CHECK
#define PRINTF_LIKE(fmt, args)
#endif

enum rc {
    RC_OK = 0,
    RC_INPUT,       /* what the caller or a file asked for is wrong: usage, syntax, range */
    RC_INTEGRITY,   /* records lost, duplicated, reordered, corrupted, or a wrong codec */
    RC_INFRA,       /* broker, disk, memory, network or process trouble */
    RC_BASELINE,    /* nothing to compare with */
    RC_UNDECIDED,   /* inconclusive or unreliable */
    RC_REGRESSION,  /* the caller asked to enforce, and it does not hold */
    RC_INTERRUPTED, /* Ctrl-C or SIGTERM */
};

enum { ERR_TEXT_MAX = 1024 };

struct err {
    enum rc rc;
    char text[ERR_TEXT_MAX]; /* one sentence, no trailing newline; cut at the end when too long */
};

/* Length in bytes of the control character that text begins with, 0 if it begins with none: C0,
 * DEL, C1 (U+0080 to U+009F, in UTF-8), and those that turn the direction of writing (U+202A to
 * U+202E, U+2066 to U+2069), so that no text can steer a terminal or show another than it is. */
size_t err_control_bytes(const char *text);

/* Makes text safe for a terminal and a single line, in place: '?' for every byte of a control
 * character. What a user or a file gave may stand in a message. */
void err_one_line(char *text);

/* Fills e (NULL is allowed) and returns rc, so that failing is one statement. */
enum rc err_set(struct err *e, enum rc rc, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Prefixes e->text with the formatted context and ": ". Returns e->rc (RC_INFRA for NULL). */
enum rc err_wrap(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* As err_set, with ": " and the text of errnum (an errno value) appended. */
enum rc err_sys(struct err *e, enum rc rc, int errnum, const char *fmt, ...) PRINTF_LIKE(4, 5);

#endif
