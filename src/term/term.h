/**
 * The terminal: shows canvases, reads keys, and is put back as it was on every way out.
 *
 * The only place that knows ncurses. It owns one terminal per process, as ncurses does.
 */
#ifndef RAGTOP_TERM_TERM_H
#define RAGTOP_TERM_TERM_H

#include <stdbool.h>

#include "base/str.h"
#include "bind/key.h"
#include "draw/canvas.h"
#include "term/answers.h"
#include "term/clipboard.h"
#include "theme/color.h"
#include "theme/theme.h"

/** What the terminal should look like. */
struct term_options {
    const struct theme *theme; /**< not kept */
    enum color_depth color;    /**< COLOR_AUTO: what COLORTERM and terminfo say */
};

/**
 * Takes over the terminal of stdin and stdout. When TERM is unknown or unset, xterm-256color is
 * assumed and a sentence put into *NOTICE. False with a sentence in *WHY when there is no terminal
 * or it cannot place a cursor; nothing was changed then.
 */
bool term_open(const struct term_options *options, struct str *notice, struct str *why);

/** Gives the terminal back; safe to call twice. */
void term_close(void);

/**
 * Puts the terminal back with async-signal-safe calls only, and does not wait for one that takes no
 * output: for handlers of fatal signals and for check_on_death(). Nothing else of this module may
 * be called after it.
 */
void term_restore_in_handler(void);

/** Whether the terminal is ours, and not that of the shell; async-signal-safe. */
bool term_is_ours(void);

/** Whether stdout and stderr take something now; false after Ctrl-S. Async-signal-safe. */
bool term_takes_output(void);

/** Changes the theme at once. */
void term_set_theme(const struct theme *theme);

/** The size now, asked from the terminal itself; at least 1 x 1. */
void term_size(int *columns, int *rows);

/** Takes in the size of the terminal after SIGWINCH; the next term_show() repaints. */
void term_resize(void);

/** Shows CANVAS. Only cells that changed are sent, so an unchanged frame sends nothing. */
void term_show(const struct canvas *canvas);

/** Repaints everything at the next term_show(): for Ctrl-L, when something scribbled over it. */
void term_repaint(void);

/** The next key that waits, without blocking; KEY_CODE_NONE when none does. */
keystroke term_next_key(void);

/**
 * Gives the terminal back and stops the process group as Ctrl-Z does elsewhere, until SIGCONT.
 * SIGTSTP may be handled or blocked; both are as before afterwards. Then comes term_resume() or
 * term_close().
 */
void term_suspend(void);

/** Takes the terminal over again, at the size of now. */
void term_resume(void);

/**
 * Asks the terminal to tell of clicks and the wheel, or no longer to. While it does, selecting
 * text takes Shift in most terminals.
 */
void term_mouse(bool on);

/** The cell that the last mouse key was about. */
void term_mouse_place(int *x, int *y);

/** What is known of a text that was copied. */
enum term_copied {
    TERM_COPY_TOO_LONG, /**< longer than terminals take: nothing was done */
    TERM_COPY_SENT,     /**< the terminal was asked; whether it does so cannot be known */
    TERM_COPY_IN_TMUX,  /**< tmux has it in its buffer, and was to pass it on to its terminal */
};

/**
 * Puts the LEN bytes of TEXT on the clipboard of whoever sits before the terminal, also from within
 * tmux and GNU screen.
 */
enum term_copied term_copy(const char *text, size_t len);

/** Rings the terminal's bell. */
void term_ring(void);

/** Asks the terminal to tell the desktop TEXT, which is cleaned and cut for it. */
void term_notify(enum term_notice how, const char *text);

/** Whether the terminal has said what its background is; then *LIGHT says whether it is light. */
bool term_background(bool *light);

/** Whether there are so many colours, and the theme has them, that shades alone can carry meaning.
 */
bool term_has_shades(void);

/** Whether BLOCKS can be drawn: the C library knows their width, or something stands in for them.
 */
bool term_has_blocks(enum term_blocks blocks);

/**
 * The blocks to draw with: those that the user TOLD (BLOCKS_NONE: nothing), or else the finest that
 * the terminal draws by its name and version; of those that can be drawn.
 */
enum term_blocks term_blocks(enum term_blocks told);

/** Whether the locale and terminal draw Unicode; else views use ASCII glyphs. */
bool term_draws_unicode(void);

/** Appends which ncurses this program runs with: " ncurses/6.5". */
void term_add_version(struct str *out);

#endif
