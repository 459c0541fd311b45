#include "reports/render/screen.h"

#include <string.h>

enum { WORD_MAX = 256 };

void screen_put(struct screen *s, const char *text)
{
    if (s->rc == RC_OK)
        s->rc = buf_append(s->out, text, strlen(text), s->e);
}

void screen_put_style(struct screen *s, const char *escape)
{
    if (s->style.colour)
        screen_put(s, escape);
}

/* UTF-8 as it is, or its nearest ASCII. */
void screen_put_text(struct screen *s, const char *text)
{
    static const char *const plain[][2] = {{"±", "+-"}, {"×", "x"}, {"–", "-"}, {"·", "-"}};
    while (*text != '\0') {
        const char *as = NULL;
        size_t length = 1;
        for (size_t i = 0; s->style.ascii && i < sizeof plain / sizeof *plain; i++) {
            if (strncmp(text, plain[i][0], strlen(plain[i][0])) == 0) {
                as = plain[i][1];
                length = strlen(plain[i][0]);
            }
        }
        const char one[2] = {*text, '\0'};
        bool foreign = s->style.ascii && (unsigned char)*text > 0x7F;
        size_t control = err_control_bytes(text);
        length = control > 0 ? control : length;
        bool inside = foreign && ((unsigned char)*text & 0xC0) == 0x80; /* of a character */
        screen_put(s, as != NULL ? as : control > 0 ? "?" : inside ? "" : foreign ? "?" : one);
        text += length;
    }
}

size_t screen_width(const struct screen *s, const char *text)
{
    size_t width = 0;
    for (const char *at = text; *at != '\0'; at++)
        width += ((unsigned char)*at & 0xC0) != 0x80;
    /* in ASCII this one takes two places */
    for (const char *at = strstr(text, "±"); s->style.ascii && at != NULL; at = strstr(at + 1, "±"))
        width++;
    return width;
}

void screen_put_padded(struct screen *s, const char *text, size_t width, bool left)
{
    size_t have = screen_width(s, text);
    for (size_t i = have; !left && i < width; i++)
        screen_put(s, " ");
    screen_put_text(s, text);
    for (size_t i = have; left && i < width; i++)
        screen_put(s, " ");
}

void screen_put_line(struct screen *s, const char *style, const char *line)
{
    screen_put_style(s, style);
    screen_put_text(s, line);
    screen_put_style(s, style[0] != '\0' ? SCREEN_PLAIN : "");
    screen_put(s, "\n");
}

void screen_put_wrapped(struct screen *s, const char *text, size_t indent, size_t used)
{
    size_t at = used, limit = s->style.width > 0 ? (size_t)s->style.width : SIZE_MAX;
    bool begun = false;
    while (*text != '\0' && s->rc == RC_OK) {
        char word[WORD_MAX];
        size_t length = strcspn(text, " \n"), take = length < WORD_MAX - 1 ? length : WORD_MAX - 1;
        memcpy(word, text, take);
        word[take] = '\0';
        size_t width = screen_width(s, word);
        if (begun && at + 1 + width > limit) {
            screen_put(s, "\n");
            for (at = 0; at < indent; at++)
                screen_put(s, " ");
        } else if (begun) {
            screen_put(s, " ");
            at++;
        }
        screen_put_text(s, word);
        at += width;
        begun = true;
        text += take + strspn(text + take, take == length ? " \n" : "");
    }
    screen_put(s, "\n");
}
