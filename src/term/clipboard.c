#include "term/clipboard.h"

#include <stdlib.h>

#include "base/base64.h"

enum { SCREEN_PIECE = 512 }; // screen passes on no longer strings than 768 bytes

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
    base64_add(&sequence, text, len);
    str_addc(&sequence, '\a');
    if (tmux) {
        str_append(s, sequence.text, sequence.len);
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
