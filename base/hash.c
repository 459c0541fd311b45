#define XXH_INLINE_ALL
#include "base/hash.h"

#include <xxhash.h>

uint64_t hash_bytes(struct span bytes)
{
    uint64_t h = XXH3_64bits(bytes.data, bytes.size);
    return h != 0 ? h : 1;
}
