/* Whole numbers as bytes in a stated order. Callers know that the bytes are there. */
#ifndef ASSAY_BASE_BYTE_ORDER_H
#define ASSAY_BASE_BYTE_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* The most significant byte first; size 1 … 8. */
static inline uint64_t big_endian(const uint8_t *at, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = (value << 8) | at[i];
    return value;
}

/* The least significant byte first; size 1 … 8. */
static inline uint64_t little_endian(const uint8_t *at, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i > 0; i--)
        value = (value << 8) | at[i - 1];
    return value;
}

static inline uint16_t be16(const uint8_t *at)
{
    return (uint16_t)big_endian(at, 2);
}
static inline uint32_t be32(const uint8_t *at)
{
    return (uint32_t)big_endian(at, 4);
}
static inline uint64_t be64(const uint8_t *at)
{
    return big_endian(at, 8);
}

static inline void put_big_endian(uint8_t *at, uint64_t value, size_t size)
{
    for (size_t i = size; i > 0; i--) {
        at[i - 1] = (uint8_t)value;
        value >>= 8;
    }
}

#endif
