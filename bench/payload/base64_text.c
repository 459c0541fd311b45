#include "bench/payload/base64_text.h"

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_text(struct span bytes, char *text)
{
    for (size_t i = 0; i < bytes.size; i += 3) {
        size_t left = bytes.size - i;
        unsigned group = (unsigned)bytes.data[i] << 16;
        group |= left > 1 ? (unsigned)bytes.data[i + 1] << 8 : 0;
        group |= left > 2 ? (unsigned)bytes.data[i + 2] : 0;
        *text++ = ALPHABET[group >> 18];
        *text++ = ALPHABET[group >> 12 & 63];
        *text++ = left > 1 ? ALPHABET[group >> 6 & 63] : '=';
        *text++ = left > 2 ? ALPHABET[group & 63] : '=';
    }
    *text = '\0';
}
