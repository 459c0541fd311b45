/*
 * CRC-32C (Castagnoli), the checksum of Kafka's record batches: RFC 3720, appendix B.4.
 *
 * Uses the processor's instruction where there is one (x86-64 with SSE 4.2), a table elsewhere.
 * Threads: pure functions.
 */
#ifndef ASSAY_BASE_CRC32C_H
#define ASSAY_BASE_CRC32C_H

#include "base/span.h"

uint32_t crc32c(struct span bytes);

/* The CRC of some bytes whose CRC is crc (0: none) and of more that follow them. */
uint32_t crc32c_more(uint32_t crc, struct span bytes);

/* The same by table only, so that both ways can be compared. */
uint32_t crc32c_by_table(struct span bytes);

#endif
