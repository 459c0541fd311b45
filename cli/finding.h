/*
 * A finding of assay doctor: one line of what was found, and what cures it.
 *
 * Ownership: plain memory. Threads: main only.
 */
#ifndef ASSAY_CLI_FINDING_H
#define ASSAY_CLI_FINDING_H

enum finding_level {
    FINDING_FINE,
    FINDING_NOTE,    /* assay works; numbers or features suffer */
    FINDING_LACK,    /* assay run cannot work like this */
    FINDING_REFUSAL, /* a limit that a record does not pass */
};

enum { FINDING_SAYS = 256, FINDING_CURE = 256 };

struct finding {
    enum finding_level level;
    char says[FINDING_SAYS];
    char cure[FINDING_CURE]; /* a command or a step; empty when there is nothing to cure */
};

/* Formats says and cure of a finding; cure NULL: none. */
void finding_set(struct finding *f, enum finding_level level, const char *cure, const char *fmt,
                 ...) __attribute__((format(printf, 4, 5)));

#endif
