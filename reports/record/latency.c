#include "reports/record/latency.h"

#include <string.h>

/* The test of this table is a program with one row more. */
#ifndef LATENCY_ROW_OF_TEST
#define LATENCY_ROW_OF_TEST
#endif

const struct latency_row LATENCIES[] = {[LATENCY_E2E] = {.name = "e2e",
                                                         .drawn = "end-to-end latency",
                                                         .flat_out = "time in the queue",
                                                         .plot_name = "latency"},
                                        [LATENCY_ACK] = {.name = "ack"},
                                        [LATENCY_SERVICE] = {.name = "service"},
                                        LATENCY_ROW_OF_TEST};
const size_t LATENCY_COUNT = sizeof LATENCIES / sizeof *LATENCIES;
_Static_assert(sizeof LATENCIES / sizeof *LATENCIES <= LATENCIES_MAX, "LATENCIES_MAX is too small");

size_t latency_find(const char *name)
{
    size_t i = 0;
    while (i < LATENCY_COUNT && strcmp(LATENCIES[i].name, name) != 0)
        i++;
    return i;
}
