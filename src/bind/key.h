/**
 * Keys, and what they are called: in the configuration, in the help and on the screen.
 */
#ifndef RAGTOP_BIND_KEY_H
#define RAGTOP_BIND_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/** Keys beyond Unicode characters. */
enum key_code {
    KEY_CODE_NONE = 0, /**< nothing waits */
    KEY_CODE_FIRST = 0x110000,
    KEY_CODE_UP = KEY_CODE_FIRST,
    KEY_CODE_DOWN,
    KEY_CODE_LEFT,
    KEY_CODE_RIGHT,
    KEY_CODE_HOME,
    KEY_CODE_END,
    KEY_CODE_PAGE_UP,
    KEY_CODE_PAGE_DOWN,
    KEY_CODE_ENTER,
    KEY_CODE_BACKSPACE,
    KEY_CODE_DELETE,
    KEY_CODE_TAB,
    KEY_CODE_BACK_TAB,
    KEY_CODE_F1, /**< F2 to F12 follow */
    KEY_CODE_F12 = KEY_CODE_F1 + 11,
    KEY_CODE_CLICK,      /**< of the mouse, at term_mouse_place() */
    KEY_CODE_WHEEL_UP,   /**< the same */
    KEY_CODE_WHEEL_DOWN, /**< the same */
    KEY_CODE_PASTE,      /**< what follows is pasted, and was not pressed ... */
    KEY_CODE_PASTED,     /**< ... up to here */
    KEY_CODE_EOF,        /**< the terminal is gone */
    KEY_CODE_OTHER,      /**< a key that ragtop has no name for */
};

/** Keys that are control characters. */
enum { KEY_CTRL_C = 3, KEY_CTRL_L = 12, KEY_CTRL_Z = 26, KEY_ESC = 27 };

/**
 * A key press: a Unicode character or an enum key_code. Control characters come as 1-31 (Esc 27),
 * and the terminal keeps none for itself: Ctrl-C is 3, Ctrl-Z 26, not a signal.
 */
typedef uint32_t keystroke;

/**
 * Sets *OUT to the key called by the LEN bytes of NAME: a character as it is, `F5`, `PgUp`,
 * `C-x` or `Ctrl-x`; the case of longer names does not count. False with *WHY worded to follow
 * "NAME is".
 */
bool key_parse(const char *name, size_t len, keystroke *out, struct str *why);

/** Appends the name of K, as key_parse() takes it: "Ctrl-X". False: it has none. */
bool key_add_name(struct str *s, keystroke k);

#endif
