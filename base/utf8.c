#include "base/utf8.h"

size_t utf8_length(const unsigned char *text)
{
    unsigned char c = text[0];
    size_t more = c < 0x80 ? 0 : c >= 0xC2 && c < 0xE0 ? 1 : c >= 0xE0 && c < 0xF0 ? 2 : 3;
    if ((c >= 0x80 && c < 0xC2) || c > 0xF4)
        return 0;
    for (size_t i = 1; i <= more; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    }
    if ((c == 0xE0 && text[1] < 0xA0) || (c == 0xED && text[1] > 0x9F) ||
        (c == 0xF0 && text[1] < 0x90) || (c == 0xF4 && text[1] > 0x8F))
        return 0;
    return more + 1;
}

bool utf8_whole(const char *text)
{
    for (size_t n; *text != '\0'; text += n)
        if ((n = utf8_length((const unsigned char *)text)) == 0)
            return false;
    return true;
}
