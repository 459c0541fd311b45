/* The numbers of HdrHistogram's V2 encoding, shared by the writer and the reader of .hlog. */
#ifndef ASSAY_BASE_HLOG_FORMAT_H
#define ASSAY_BASE_HLOG_FORMAT_H

#include "base/hist.h"

#include <stdint.h>

/* The low byte of both cookies holds the word size in its high half; ignored when read. */
#define HLOG_COOKIE_COUNTS UINT32_C(0x1c849303)
#define HLOG_COOKIE_COMPRESSED UINT32_C(0x1c849304)
#define HLOG_COOKIE_WORD UINT32_C(0x10)
#define HLOG_COOKIE_MASK UINT32_C(0xffffff0f)

enum {
    HLOG_HEADER_BYTES = 40, /* cookie, length, offset, digits, lowest, highest, double 1.0 */
    HLOG_WRAP_BYTES = 8,    /* cookie, length */
    HLOG_NUMBER_BYTES = 9,  /* the longest ZigZag LEB128 number */
    HLOG_PLAIN_MAX = HLOG_HEADER_BYTES + HIST_SLOTS * HLOG_NUMBER_BYTES,
    HLOG_TEXT_MAX = 2 * HLOG_PLAIN_MAX,
};

#endif
