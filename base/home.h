/*
 * Where assay's own things lie: built-in scenarios, the broker's jars, and the folder it may write.
 *
 * Three cases, first that applies: ASSAY_HOME names the data home; the program runs from a checkout
 * (ROOT/build/ANY/assay or deeper: home is ROOT); it is installed (PREFIX/bin/assay: home is
 * PREFIX/share/assay). var is ROOT/var in a checkout and under ASSAY_HOME when that is a checkout;
 * otherwise $XDG_STATE_HOME/assay or ~/.local/state/assay. ASSAY_VAR overrides it.
 * Ownership: plain memory. Threads: home_find reads the environment: before threads start.
 */
#ifndef ASSAY_BASE_HOME_H
#define ASSAY_BASE_HOME_H

#include "base/err.h"

#include <stdbool.h>

enum { HOME_PATH_MAX = 4096 };

struct home {
    char data[HOME_PATH_MAX]; /* absolute; holds scenarios/ and scripts/kafka */
    char var[HOME_PATH_MAX];  /* absolute; may not exist yet */
    bool checkout;            /* data is a source tree */
};

/* RC_INFRA when none of the three cases applies; the message says what was looked for. */
enum rc home_find(struct home *out, struct err *e) MUST_CHECK;
/* The same for a program at the absolute path exe (tests). */
enum rc home_find_for(const char *exe, struct home *out, struct err *e) MUST_CHECK;

/* "data/below" or "var/below" into out, which holds HOME_PATH_MAX bytes. RC_INPUT when too long. */
enum rc home_data(const struct home *h, const char *below, char *out, struct err *e) MUST_CHECK;
enum rc home_var(const struct home *h, const char *below, char *out, struct err *e) MUST_CHECK;

#endif
