/* The members of struct reassembly, for the files of core/image only. */
#ifndef ASSAY_CORE_IMAGE_REASSEMBLY_STATE_H
#define ASSAY_CORE_IMAGE_REASSEMBLY_STATE_H

#include "core/image/finished_ids.h"
#include "core/image/flight.h"
#include "core/image/reassembly.h"

struct reassembly {
    struct reassembly_config config;
    reassembly_on_loss *on_loss;
    void *ctx;
    struct flights flights;
    struct finished_ids finished;
    struct reassembly_counts counts;
    struct instant now; /* the latest that was handed in */
};

#endif
