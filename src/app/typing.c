#include "app/typing.h"

enum {
    CTRL_A = 1,
    CTRL_E = 5,
    CTRL_K = 11,
    CTRL_U = 21,
    CTRL_W = 23,
    DELETE = 127,
    FIRST_C1 = 0x80,
    LAST_C1 = 0x9F,
};

static bool is_text(keystroke pressed)
{
    return pressed >= ' ' && pressed != DELETE && pressed < KEY_CODE_FIRST &&
           !(pressed >= FIRST_C1 && pressed <= LAST_C1);
}

bool typing_key(struct line *l, keystroke pressed)
{
    switch (pressed) {
    case KEY_CODE_BACKSPACE: line_rub_out(l); break;
    case KEY_CODE_DELETE: line_delete(l); break;
    case KEY_CODE_LEFT: line_left(l); break;
    case KEY_CODE_RIGHT: line_right(l); break;
    case CTRL_A:
    case KEY_CODE_HOME: line_home(l); break;
    case CTRL_E:
    case KEY_CODE_END: line_end(l); break;
    case CTRL_U: line_cut_before(l); break;
    case CTRL_W: line_cut_word(l); break;
    case CTRL_K: line_cut_after(l); break;
    default:
        if (!is_text(pressed)) {
            return false;
        }
        line_insert(l, pressed);
    }
    return true;
}

void typing_paste(struct line *l, keystroke pressed)
{
    bool blank = pressed == KEY_CODE_ENTER || pressed == KEY_CODE_TAB;
    if (blank || is_text(pressed)) {
        line_insert(l, blank ? ' ' : pressed);
    }
}
