/* The content hash of the ledger: XXH3-64 (libxxhash). Detects corruption, not malice. */
#ifndef ASSAY_BASE_HASH_H
#define ASSAY_BASE_HASH_H

#include "base/span.h"

uint64_t hash_bytes(struct span bytes); /* never 0, so 0 can mean "none" */

#endif
