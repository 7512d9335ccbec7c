/**
 * The reader's own clipboard, through SSH and tmux: OSC 52
 * (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html, "Manipulate Selection Data").
 */
#ifndef RAGTOP_TERM_CLIPBOARD_H
#define RAGTOP_TERM_CLIPBOARD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum { CLIPBOARD_BYTES_MAX = 74994 }; // what xterm takes, less the sequence's own letters

/**
 * Appends the sequence that puts the LEN bytes of TEXT on the clipboard. With TMUX it comes twice,
 * plain for a tmux that keeps it and wrapped for one that passes it on to the terminal around it:
 * which of these tmux does is up to its settings. With SCREEN it is wrapped for GNU screen.
 */
void clipboard_add(struct str *s, const char *text, size_t len, bool tmux, bool screen);

/**
 * Appends SEQUENCE, LEN bytes, for the terminal around TMUX or SCREEN, wrapped so that these pass
 * it on, which tmux does where `allow-passthrough` is on.
 */
void clipboard_pass(struct str *s, const char *sequence, size_t len, bool tmux, bool screen);

/** By which sequence a terminal tells the desktop something: those of iTerm2 and of rxvt-unicode.
 */
enum term_notice { TERM_NOTICE_OSC9, TERM_NOTICE_OSC777 };

/** Appends the sequence HOW that tells the desktop TEXT, cleaned and cut; wrapped as above. */
void clipboard_add_notice(
    struct str *s, enum term_notice how, const char *text, bool tmux, bool screen);

/** Whether the program runs within tmux or GNU screen, as their environment says. */
bool clipboard_in_tmux(void);
bool clipboard_in_screen(void);

/**
 * Hands the LEN bytes of TEXT to the tmux around the program, which keeps them in its buffer and
 * sends them on to its terminal's clipboard, whatever its settings are. False when there is no such
 * tmux, or it did not say within WAIT_MS that it has them.
 */
bool clipboard_load_tmux(const char *text, size_t len, int wait_ms);

#endif
