#include "base/base64.h"

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
enum { SIX_BITS = 0x3F, GROUP_BYTES = 3, GROUP_TEXT = 4, BAD_DIGIT = 64 };

void base64_text(struct span bytes, char *text)
{
    for (size_t i = 0; i < bytes.size; i += GROUP_BYTES) {
        size_t have = bytes.size - i < GROUP_BYTES ? bytes.size - i : GROUP_BYTES;
        uint32_t bits = (uint32_t)bytes.data[i] << 16;
        bits |= have > 1 ? (uint32_t)bytes.data[i + 1] << 8 : 0;
        bits |= have > 2 ? bytes.data[i + 2] : 0;
        *text++ = DIGITS[bits >> 18];
        *text++ = DIGITS[bits >> 12 & SIX_BITS];
        *text++ = have > 1 ? DIGITS[bits >> 6 & SIX_BITS] : '=';
        *text++ = have > 2 ? DIGITS[bits & SIX_BITS] : '=';
    }
    *text = '\0';
}

enum rc base64_append(struct buf *out, struct span bytes, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < bytes.size; i += GROUP_BYTES) {
        size_t have = bytes.size - i < GROUP_BYTES ? bytes.size - i : GROUP_BYTES;
        char text[GROUP_TEXT + 1];
        base64_text(span_of(bytes.data + i, have), text);
        rc = buf_append(out, text, GROUP_TEXT, e);
    }
    return rc;
}

static uint32_t digit_value(uint8_t c)
{
    const char *at = c != '\0' ? strchr(DIGITS, c) : NULL;
    return at != NULL ? (uint32_t)(at - DIGITS) : BAD_DIGIT;
}

/* How many '=' end the text: 0, 1 or 2. */
static size_t padding(struct span text)
{
    size_t count = 0;
    while (count < 2 && count < text.size && text.data[text.size - 1 - count] == '=')
        count++;
    return count;
}

enum rc base64_decode(struct span text, struct buf *out, struct err *e)
{
    if (text.size % GROUP_TEXT != 0)
        return err_set(e, RC_INPUT, "base64 of %zu characters is cut: not a multiple of 4",
                       text.size);
    size_t digits = text.size - padding(text);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < text.size; i += GROUP_TEXT) {
        uint32_t bits = 0;
        for (size_t j = i; j < i + GROUP_TEXT; j++) {
            uint32_t value = j < digits ? digit_value(text.data[j]) : 0;
            if (value == BAD_DIGIT)
                return err_set(e, RC_INPUT, "character %zu is not base64", j + 1);
            bits = bits << 6 | value;
        }
        const uint8_t bytes[GROUP_BYTES] = {(uint8_t)(bits >> 16), (uint8_t)(bits >> 8),
                                            (uint8_t)bits};
        size_t have = digits - i < GROUP_TEXT ? digits - i - 1 : GROUP_BYTES;
        rc = buf_append(out, bytes, have, e);
    }
    return rc;
}
