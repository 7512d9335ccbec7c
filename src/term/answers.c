#include "term/answers.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "term/entry.h"
#include "term/one_write.h"

enum {
    MODE_SYNCHRONIZED = 2026,
    DRAIN_MS = 150, /**< for the last of them when the program ends */
    HALF = 128,     /**< of the brightest */
};

// there is one terminal
static struct {
    struct answers known;
    bool due; /**< the last one has not come */
} all;

void answers_ask(const char *name)
{
    // what it is, DA1, is answered by all, and the last: then nothing else will be
    static const char requests[] = "\x1b[?2026$p\x1b]11;?\x1b\\\x1b[>q\x1b[c";
    if (!entry_prints_requests(name)) {
        all.due = true;
        one_write_past(requests, sizeof requests - 1);
    }
}

const struct answers *answers_known(void)
{
    return &all.known;
}

bool answers_are_due(void)
{
    return all.due;
}

void answers_take_mode(const char *numbers, char final)
{
    enum { SET = 1, RESET = 2 }; // DECRPM: others say that it cannot be changed, or is not known
    char *rest;
    if (strtol(numbers, &rest, 10) == MODE_SYNCHRONIZED && *rest == ';' && final == 'y') {
        long state = strtol(rest + 1, NULL, 10);
        all.known.synchronizes = state == SET || state == RESET;
    }
    all.due = all.due && final != 'c';
}

/** The first two hexadecimal digits of what is at *TEXT, which moves behind the next `/`. */
static int channel(const char **text)
{
    char digits[3] = {0};
    size_t len = strspn(*text, "0123456789abcdefABCDEF");
    for (size_t i = 0; i < 2 && i < len; i++) {
        digits[i] = (*text)[i];
    }
    *text += len;
    *text += **text == '/';
    int value = (int)strtol(digits, NULL, 16);
    return len == 1 ? value * 17 : value;
}

void answers_take_color(const char *text)
{
    static const char before[] = "rgb:", also[] = "rgba:";
    const char *at = strncmp(text, before, sizeof before - 1) == 0 ? text + sizeof before - 1
                     : strncmp(text, also, sizeof also - 1) == 0   ? text + sizeof also - 1
                                                                   : NULL;
    if (!at) {
        return;
    }
    int red = channel(&at), green = channel(&at), blue = channel(&at);
    all.known.background = true;
    // luma of ITU-R BT.601, in thousandths
    all.known.light = 299 * red + 587 * green + 114 * blue >= 1000 * HALF;
}

// What these draw themselves, whatever the font, as their release notes and sources say; the finest
// comes first. Tmux answers by its own name.
static const struct {
    const char *name; /**< what comes before the version */
    long major, minor;
    enum term_blocks blocks;
} terminals[] = {{"kitty(", 0, 40, BLOCKS_OCTANTS}, {"kitty(", 0, 20, BLOCKS_SEXTANTS},
    {"foot(", 1, 20, BLOCKS_OCTANTS}, {"ghostty ", 1, 2, BLOCKS_OCTANTS},
    {"VTE(", 7800, 0, BLOCKS_OCTANTS}, {"WezTerm ", 20210814, 0, BLOCKS_SEXTANTS}};

void answers_take_version(const char *text)
{
    for (size_t i = 0; i < sizeof terminals / sizeof *terminals; i++) {
        size_t len = strlen(terminals[i].name);
        if (strncmp(text, terminals[i].name, len) != 0) {
            continue;
        }
        char *rest;
        long major = strtol(text + len, &rest, 10);
        long minor = *rest == '.' ? strtol(rest + 1, NULL, 10) : 0;
        bool draws = major > terminals[i].major ||
                     (major == terminals[i].major && minor >= terminals[i].minor);
        all.known.blocks = draws ? terminals[i].blocks : BLOCKS_NONE;
        if (draws) {
            return;
        }
    }
}

void answers_drain(void)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    if (answers_are_due() && poll(&in, 1, DRAIN_MS) > 0) {
        tcflush(STDIN_FILENO, TCIFLUSH);
    }
    all.due = false;
}
