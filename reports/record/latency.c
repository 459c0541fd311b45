#include "reports/record/latency.h"

#include <string.h>

const struct latency_row LATENCIES[] = {
    [LATENCY_E2E] = {"e2e", "intended send", "receipt", "", ""},
    [LATENCY_ACK] = {"ack", "intended send", "acknowledgement", "", ""},
    [LATENCY_SERVICE] = {"service", "actual send", "receipt", "", ""},
};
const size_t LATENCY_COUNT = sizeof LATENCIES / sizeof *LATENCIES;
_Static_assert(sizeof LATENCIES / sizeof *LATENCIES <= LATENCIES_MAX, "LATENCIES_MAX is too small");

size_t latency_find(const char *name)
{
    size_t i = 0;
    while (i < LATENCY_COUNT && strcmp(LATENCIES[i].name, name) != 0)
        i++;
    return i;
}
