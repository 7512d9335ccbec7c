#include "term/keys.h"

#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/utf8.h"
#include "term/answer_reader.h"
#include "term/answers.h"

enum {
    ESCAPE = 27,
    DELETE = 127,
    MAX_TRIES = 32,    /**< events without a key in a row before the caller gets its turn */
    MAX_SEQUENCE = 32, /**< characters of an escape sequence */
};

/** What stdin has to offer. */
enum input { INPUT_NONE, INPUT_BYTES, INPUT_GONE };

static enum input look_at_stdin(void)
{
    // of the output only whether it is there: nobody looks at a screen that is gone
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = STDOUT_FILENO}};
    if (poll(fds, 2, 0) <= 0) {
        return INPUT_NONE;
    }
    if ((fds[0].revents | fds[1].revents) & (POLLHUP | POLLERR | POLLNVAL)) {
        return INPUT_GONE;
    }
    // readable without a byte is the end of the file
    int waiting = 0;
    if (ioctl(STDIN_FILENO, FIONREAD, &waiting) != 0) {
        return INPUT_GONE;
    }
    return waiting > 0 ? INPUT_BYTES : INPUT_GONE;
}

// the terminal was asked for events, and where the last one was; there is one terminal, and one
// mouse
static bool mouse_on;
static int mouse_x, mouse_y;

void keys_mouse(bool on)
{
    mouse_on = on;
}

void keys_mouse_place(int *x, int *y)
{
    *x = mouse_x;
    *y = mouse_y;
}

/** What BUTTON did at X, Y, counted from 1. The codes: xterm's ctlseqs, "Mouse Tracking". */
static keystroke of_mouse(int button, int x, int y, bool released)
{
    enum { WITH_KEYS = 4 | 8 | 16, WHEEL_UP = 64, WHEEL_DOWN = 65 };
    if (!mouse_on || x < 1 || y < 1) {
        return KEY_CODE_OTHER;
    }
    mouse_x = x - 1;
    mouse_y = y - 1;
    switch (released ? -1 : button & ~WITH_KEYS) {
    case 0: return KEY_CODE_CLICK;
    case WHEEL_UP: return KEY_CODE_WHEEL_UP;
    case WHEEL_DOWN: return KEY_CODE_WHEEL_DOWN;
    default: return KEY_CODE_OTHER;
    }
}

/** The event behind `ESC [ <`: `BUTTON ; X ; Y M`, or `m` when released. */
static keystroke after_sgr(WINDOW *window)
{
    int numbers[3] = {0}, at = 0, ch;
    for (int i = 0; i < MAX_SEQUENCE && (ch = wgetch(window)) != ERR; i++) {
        if (ch >= '0' && ch <= '9' && numbers[at] < 10000) {
            numbers[at] = numbers[at] * 10 + (ch - '0');
        } else if (ch == ';' && at < 2) {
            at++;
        } else {
            bool whole = at == 2 && (ch == 'M' || ch == 'm');
            return whole ? of_mouse(numbers[0], numbers[1], numbers[2], ch == 'm') : KEY_CODE_OTHER;
        }
    }
    return KEY_CODE_OTHER;
}

/** The event behind `ESC [ M` of terminals that know no other: three bytes, each 32 more. */
static keystroke after_x10(WINDOW *window)
{
    int bytes[3] = {0};
    for (int i = 0; i < 3; i++) {
        bytes[i] = wgetch(window) - ' ';
    }
    bool released = (bytes[0] & 3) == 3;
    return of_mouse(bytes[0], bytes[1], bytes[2], released);
}

/** A key that ncurses recognised; KEY_CODE_NONE for anything but a key press. */
static keystroke of_curses(int code)
{
    static const struct {
        int code;
        keystroke key;
    } known[] = {
        {KEY_UP, KEY_CODE_UP},
        {KEY_DOWN, KEY_CODE_DOWN},
        {KEY_LEFT, KEY_CODE_LEFT},
        {KEY_RIGHT, KEY_CODE_RIGHT},
        {KEY_HOME, KEY_CODE_HOME},
        {KEY_FIND, KEY_CODE_HOME},
        {KEY_END, KEY_CODE_END},
        {KEY_SELECT, KEY_CODE_END},
        {KEY_PPAGE, KEY_CODE_PAGE_UP},
        {KEY_NPAGE, KEY_CODE_PAGE_DOWN},
        {KEY_ENTER, KEY_CODE_ENTER},
        {KEY_BACKSPACE, KEY_CODE_BACKSPACE},
        {KEY_DC, KEY_CODE_DELETE},
        {KEY_BTAB, KEY_CODE_BACK_TAB},
        {KEY_RESIZE, KEY_CODE_NONE},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].code == code) {
            return known[i].key;
        }
    }
    int function = code - KEY_F(1);
    bool known_function = function >= 0 && function <= KEY_CODE_F12 - KEY_CODE_F1;
    return known_function ? KEY_CODE_F1 + (keystroke)function : KEY_CODE_OTHER;
}

/** The character whose first byte is BYTE; the others are read. KEY_CODE_OTHER when broken. */
static keystroke of_bytes(WINDOW *window, int byte)
{
    char bytes[5] = {(char)byte};
    int more = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : byte >= 0xC2 ? 1 : 0;
    for (int i = 1; i <= more; i++) {
        int next = wgetch(window);
        if (next == ERR) {
            return KEY_CODE_OTHER;
        }
        if ((next & ~0x3F) != 0x80) {
            ungetch(next);
            return KEY_CODE_OTHER;
        }
        bytes[i] = (char)next;
    }
    const char *end = bytes;
    uint32_t ch = utf8_next(&end);
    return end - bytes == more + 1 && ch != UTF8_REPLACEMENT ? ch : KEY_CODE_OTHER;
}

static keystroke of_byte(WINDOW *window, int byte)
{
    switch (byte) {
    case '\r':
    case '\n': return KEY_CODE_ENTER;
    case '\t': return KEY_CODE_TAB;
    case '\b':
    case DELETE: return KEY_CODE_BACKSPACE;
    default: return byte < 0x80 ? (keystroke)byte : of_bytes(window, byte);
    }
}

/** The key behind `ESC [ NUMBER FINAL` or `ESC O FINAL`, in the dialect of xterm and VT220. */
static keystroke of_sequence(int number, bool modified, int final)
{
    static const struct {
        int final;
        int number;
        keystroke key;
    } known[] = {
        {'A', 0, KEY_CODE_UP},
        {'B', 0, KEY_CODE_DOWN},
        {'C', 0, KEY_CODE_RIGHT},
        {'D', 0, KEY_CODE_LEFT},
        {'H', 0, KEY_CODE_HOME},
        {'F', 0, KEY_CODE_END},
        {'M', 0, KEY_CODE_ENTER},
        {'P', 0, KEY_CODE_F1},
        {'Q', 0, KEY_CODE_F1 + 1},
        {'R', 0, KEY_CODE_F1 + 2},
        {'S', 0, KEY_CODE_F1 + 3},
        {'Z', 0, KEY_CODE_BACK_TAB},
        {'~', 1, KEY_CODE_HOME},
        {'~', 3, KEY_CODE_DELETE},
        {'~', 4, KEY_CODE_END},
        {'~', 5, KEY_CODE_PAGE_UP},
        {'~', 6, KEY_CODE_PAGE_DOWN},
        {'~', 7, KEY_CODE_HOME},
        {'~', 8, KEY_CODE_END},
        {'~', 11, KEY_CODE_F1},
        {'~', 12, KEY_CODE_F1 + 1},
        {'~', 13, KEY_CODE_F1 + 2},
        {'~', 14, KEY_CODE_F1 + 3},
        {'~', 15, KEY_CODE_F1 + 4},
        {'~', 17, KEY_CODE_F1 + 5},
        {'~', 18, KEY_CODE_F1 + 6},
        {'~', 19, KEY_CODE_F1 + 7},
        {'~', 20, KEY_CODE_F1 + 8},
        {'~', 21, KEY_CODE_F1 + 9},
        {'~', 23, KEY_CODE_F1 + 10},
        {'~', 24, KEY_CODE_F1 + 11},
        {'~', 200, KEY_CODE_PASTE},
        {'~', 201, KEY_CODE_PASTED},
    };
    for (size_t i = 0; !modified && i < sizeof known / sizeof *known; i++) {
        if (known[i].final == final && known[i].number == number) {
            return known[i].key;
        }
    }
    return KEY_CODE_OTHER;
}

// what has come of an answer; there is one terminal
static struct reply reply;

static void take_answer(void)
{
    switch (reply.kind) {
    case REPLY_MODE: answers_take_mode(reply.text, reply.final); break;
    case REPLY_OSC: answers_take_color(reply.text); break;
    case REPLY_DCS: answers_take_version(reply.text); break;
    case REPLY_NONE: break;
    }
}

/** Goes on reading an answer. KEY_CODE_NONE: it is over, or no more of it has come. */
static keystroke go_on(WINDOW *window)
{
    enum reply_step step = REPLY_GOES_ON;
    int ch = ERR;
    while (step == REPLY_GOES_ON && (ch = wgetch(window)) != ERR) {
        step = reply_take(&reply, ch);
    }
    if (step == REPLY_GOES_ON) {
        return KEY_CODE_NONE;
    }
    if (step == REPLY_ENDS) {
        take_answer();
    } else {
        ungetch(ch);
    }
    for (size_t i = reply.len; step == REPLY_IS_NONE && i-- > 0;) {
        ungetch(reply_typed(&reply, i));
    }
    reply.kind = REPLY_NONE;
    return step == REPLY_IS_NONE ? ESCAPE : KEY_CODE_NONE;
}

/** Begins to read an answer of KIND; ASKS: the `?` of `ESC [ ?` has come as well. */
static keystroke begin(WINDOW *window, enum reply_kind kind, bool asks)
{
    reply_begin(&reply, kind);
    if (asks) {
        reply_take(&reply, '?');
    }
    return go_on(window);
}

/** What follows an Esc: the rest of a sequence, or nothing, when Esc itself was pressed. */
static keystroke after_escape(WINDOW *window)
{
    int ch = wgetch(window);
    if ((ch == ']' || ch == 'P') && answers_are_due()) {
        return begin(window, ch == ']' ? REPLY_OSC : REPLY_DCS, false);
    }
    if (ch != '[' && ch != 'O') {
        if (ch != ERR) {
            ungetch(ch);
        }
        return ESCAPE;
    }
    bool is_ss3 = ch == 'O';
    bool modified = false;
    int number = 0;
    ch = is_ss3 ? 0 : wgetch(window);
    if (ch == '<') {
        return after_sgr(window);
    }
    if (ch == '?') {
        return begin(window, REPLY_MODE, true);
    }
    if (ch == ERR && answers_are_due()) { // `ESC [` alone is no key
        return begin(window, REPLY_MODE, false);
    }
    if (ch == 'M' && mouse_on) {
        return after_x10(window);
    }
    if (ch > 0 && ch <= UCHAR_MAX) {
        ungetch(ch);
    }
    for (int i = 0; i < MAX_SEQUENCE && (ch = wgetch(window)) != ERR; i++) {
        if (ch >= '0' && ch <= '9' && number < 1000) {
            number = number * 10 + (ch - '0');
        } else if (is_ss3 || (ch >= '@' && ch <= '~')) {
            return of_sequence(number, modified, ch);
        } else {
            modified = true;
        }
    }
    return KEY_CODE_OTHER;
}

keystroke keys_next(WINDOW *window)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        if (reply.kind != REPLY_NONE) {
            keystroke k = go_on(window);
            if (k != KEY_CODE_NONE) {
                return k;
            }
        }
        int ch = reply.kind != REPLY_NONE ? ERR : wgetch(window);
        if (ch == ERR) {
            enum input input = look_at_stdin();
            if (input != INPUT_BYTES) {
                return input == INPUT_GONE ? KEY_CODE_EOF : KEY_CODE_NONE;
            }
        } else if (ch > UCHAR_MAX) {
            keystroke k = of_curses(ch);
            if (k != KEY_CODE_NONE) {
                return k;
            }
        } else if (ch == ESCAPE) {
            keystroke k = after_escape(window);
            if (k != KEY_CODE_NONE) {
                return k;
            }
        } else if (ch != 0) {
            return of_byte(window, ch);
        }
    }
    return KEY_CODE_NONE;
}
