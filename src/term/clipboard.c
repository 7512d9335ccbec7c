#include "term/clipboard.h"

#include <stdlib.h>

#include "base/base64.h"
#include "base/utf8.h"

enum {
    NOTICE_BYTES = 300,
    SCREEN_PIECE = 512
}; // screen passes on no longer strings than 768 bytes

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

void clipboard_pass(struct str *s, const char *sequence, size_t len, bool tmux, bool screen)
{
    if (tmux) {
        add_for_tmux(s, sequence);
    } else if (screen) {
        add_for_screen(s, sequence, len);
    } else {
        str_append(s, sequence, len);
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
    }
    clipboard_pass(s, sequence.text, sequence.len, tmux, screen);
    str_finish(&sequence);
}

void clipboard_add_notice(
    struct str *s, enum term_notice how, const char *text, bool tmux, bool screen)
{
    struct str clean, sequence;
    str_init(&clean);
    str_init(&sequence);
    utf8_add_clean(&clean, text, NOTICE_BYTES);
    for (char *c = clean.text; *c; c++) {
        *c = *c == ';' ? ',' : *c; // which parts the fields of OSC 777
    }
    str_addf(&sequence,
        how == TERM_NOTICE_OSC9 ? "\x1b]9;ragtop: %s\a" : "\x1b]777;notify;ragtop;%s\a",
        clean.text);
    clipboard_pass(s, sequence.text, sequence.len, tmux, screen);
    str_finish(&clean);
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
