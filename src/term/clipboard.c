#include "term/clipboard.h"

#include <stdlib.h>

enum { SCREEN_PIECE = 512 }; // screen passes on no longer strings than 768 bytes

static void add_base64(struct str *s, const unsigned char *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < len; i += 3) {
        unsigned long v = (unsigned long)bytes[i] << 16 |
                          (i + 1 < len ? (unsigned long)bytes[i + 1] << 8 : 0) |
                          (i + 2 < len ? bytes[i + 2] : 0);
        str_addc(s, digits[v >> 18 & 63]);
        str_addc(s, digits[v >> 12 & 63]);
        str_addc(s, i + 1 < len ? digits[v >> 6 & 63] : '=');
        str_addc(s, i + 2 < len ? digits[v & 63] : '=');
    }
}

// Within tmux's pass-through every escape is doubled.
static void add_for_tmux(struct str *s, const char *sequence)
{
    str_add(s, "\x1bPtmux;");
    for (; *sequence; sequence++) {
        str_addc(s, *sequence);
        if (*sequence == '\x1b') {
            str_addc(s, '\x1b');
        }
    }
    str_add(s, "\x1b\\");
}

// Screen passes on pieces, and the terminal puts them together.
static void add_for_screen(struct str *s, const char *sequence, size_t len)
{
    for (size_t at = 0; at < len; at += SCREEN_PIECE) {
        size_t piece = len - at < SCREEN_PIECE ? len - at : SCREEN_PIECE;
        str_add(s, "\x1bP");
        str_append(s, sequence + at, piece);
        str_add(s, "\x1b\\");
    }
}

void clipboard_add(struct str *s, const char *text, size_t len, bool tmux, bool screen)
{
    struct str sequence;
    str_init(&sequence);
    str_add(&sequence, "\x1b]52;c;");
    add_base64(&sequence, (const unsigned char *)text, len);
    str_addc(&sequence, '\a');
    if (tmux) {
        add_for_tmux(s, sequence.text);
    } else if (screen) {
        add_for_screen(s, sequence.text, sequence.len);
    } else {
        str_append(s, sequence.text, sequence.len);
    }
    str_finish(&sequence);
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && *value;
}

bool clipboard_in_tmux(void)
{
    return is_set("TMUX");
}

bool clipboard_in_screen(void)
{
    return is_set("STY");
}
