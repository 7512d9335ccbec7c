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
