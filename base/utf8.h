/* Well-formed UTF-8 (RFC 3629, section 4). Threads: pure functions. */
#ifndef ASSAY_BASE_UTF8_H
#define ASSAY_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the character that text, which ends with a NUL, begins with; 0 if it begins with none:
 * no overlong form, no half of a pair, nothing above U+10FFFF. */
size_t utf8_length(const unsigned char *text);

/* Whether all of a text is well-formed. */
bool utf8_whole(const char *text);

#endif
