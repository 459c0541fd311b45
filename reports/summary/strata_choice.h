/*
 * A part of the map of strata, as asked for with --only: "payload=iot,raster,link=unlimited".
 *
 * Conditions are those that the arms of a comparison share. Several values of one key let each of
 * them through; different keys must all be met. A value takes a label that is equal to it, or that
 * begins with it and goes on with a blank, a comma or a slash; case and blanks do not matter
 * ("100Mbit" takes "100 Mbit/s", "open" takes "open 500/s"). A condition in which the arms differ
 * is met by every value. Sizes are read as quantities; "natural" is a size too.
 * Ownership: plain memory. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_SUMMARY_STRATA_CHOICE_H
#define ASSAY_REPORTS_SUMMARY_STRATA_CHOICE_H

#include "reports/record/record.h"

enum { CHOICE_VALUES = 24, CHOICE_TEXT = 1024 };

struct strata_choice {
    struct choice_value {
        enum dimension key;
        char text[RECORD_NAME_MAX];
        int64_t bytes; /* of DIMENSION_RECORD_BYTES; 0: natural */
    } all[CHOICE_VALUES];
    size_t count; /* 0: every stratum */
};

/* Adds what one --only says. A comma before a blank belongs to a value. RC_INPUT: an unknown key,
 * no value, a size that is none. */
enum rc strata_choice_add(struct strata_choice *c, const char *text, struct err *e) MUST_CHECK;
bool strata_choice_takes(const struct strata_choice *c, const struct trial_cell *common);
/* As it would be typed, in one; "" for every stratum. text holds CHOICE_TEXT bytes; returned. */
char *strata_choice_text(const struct strata_choice *c, char *text);

/* What there is to choose from. */
enum { CHOICE_OFFERS = 48 };
struct strata_offer {
    char labels[DIMENSIONS][CHOICE_OFFERS][RECORD_NAME_MAX];
    size_t count[DIMENSIONS]; /* past CHOICE_OFFERS none is added */
};
void strata_offer_add(struct strata_offer *o, const struct trial_cell *common);
/* RC_INPUT names the first value that takes nothing of what there is, and what there is. */
enum rc strata_choice_check(const struct strata_choice *c, const struct strata_offer *o,
                            struct err *e) MUST_CHECK;

#endif
