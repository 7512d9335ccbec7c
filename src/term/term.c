#include "term/term.h"

#include <curses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/text.h"
#include "term/answers.h"
#include "term/cells.h"
#include "term/clipboard.h"
#include "term/direct.h"
#include "term/entry.h"
#include "term/keys.h"
#include "term/one_write.h"
#include "term/palette.h"
#include "term/rescue.h"

enum {
    ESCAPE_WAIT_MS = 25,
    TMUX_WAIT_MS = 3000, /**< while the screen stands still */
    USUAL_COLUMNS = 80,  /**< of a terminal that does not tell, as under kubectl exec */
    USUAL_ROWS = 24,
    MAX_SIDE = 1000,
};

// ncurses owns one terminal per process, so there is one of these
static struct {
    SCREEN *screen; /**< NULL while closed */
    WINDOW *keys;   /**< a pad: reading from it never refreshes the screen */
    bool unicode;
    bool mouse;   /**< its events were asked for */
    bool away;    /**< the terminal was given back until term_resume() */
    bool redraw;  /**< the next canvas is written whole */
    bool repaint; /**< and sent whole */
    struct palette palette;
    struct cells cells;
} term;

// ncurses installs handlers that would take over suspending, resizing and dying
static const int curses_signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
enum { CURSES_SIGNALS = sizeof curses_signals / sizeof *curses_signals };

static SCREEN *new_screen(const char *name)
{
    struct sigaction saved[CURSES_SIGNALS];
    for (int i = 0; i < CURSES_SIGNALS; i++) {
        sigaction(curses_signals[i], NULL, &saved[i]);
    }
    use_env(FALSE);
    use_tioctl(TRUE);
    SCREEN *screen = newterm(name, stdout, stdin);
    for (int i = 0; i < CURSES_SIGNALS; i++) {
        sigaction(curses_signals[i], &saved[i], NULL);
    }
    return screen;
}

static SCREEN *new_colored_screen(const char *name, enum color_depth asked)
{
    SCREEN *screen = NULL;
    struct str before;
    str_init(&before);
    if ((asked == COLOR_TRUE || (asked == COLOR_AUTO && direct_is_offered())) &&
        direct_begin(name, &before)) {
        screen = new_screen(name);
        direct_end(&before);
    }
    str_finish(&before);
    return screen ? screen : new_screen(name);
}

static void set_modes(void)
{
    raw();
    noecho();
    nonl();
    set_escdelay(ESCAPE_WAIT_MS);
    // else ncurses leaves a frame half drawn when a key waits
    typeahead(-1);
    leaveok(stdscr, TRUE);
    curs_set(0);
    term.keys = newpad(1, 1);
    keypad(term.keys, TRUE);
    // else ncurses takes the head of an event that nobody asked for, and leaves its digits as keys
    keyok(KEY_MOUSE, FALSE);
    nodelay(term.keys, TRUE);
}

/** Asks the terminal to tell pasted text from pressed keys. */
static void tell_pastes(bool on)
{
    const char *bytes = on ? "\x1b[?2004h" : "\x1b[?2004l";
    one_write_past(bytes, strlen(bytes));
}

/**
 * Asks the terminal for events of the mouse, in decimal numbers where it can. By itself ncurses
 * would wait for the rest of one that is cut, with all of the program.
 */
static void tell_mouse(bool on)
{
    const char *bytes = on ? "\x1b[?1006;1000h" : "\x1b[?1006;1000l";
    one_write_past(bytes, strlen(bytes));
    keys_mouse(on);
    rescue_mouse(on);
}

bool term_open(const struct term_options *options, struct str *notice, struct str *why)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        str_setf(why, "%s",
            isatty(STDIN_FILENO)
                ? _("The output is not a terminal; use `ragtop report` or `ragtop --screenshot`.")
                : _("The input is not a terminal; use `ragtop report` or `ragtop --screenshot`."));
        return false;
    }
    struct str name;
    str_init(&name);
    bool rich = options->color == COLOR_256 || options->color == COLOR_TRUE;
    bool ok = entry_choose(rich, &name, notice, why);
    if (ok) {
        rescue_keep_modes();
        term.screen = new_colored_screen(name.text, options->color);
        if (!term.screen) {
            str_setf(why,
                _("The terminal (%s) cannot be opened; use `ragtop report` or `ragtop "
                  "--screenshot`."),
                name.text);
            rescue_disarm();
            ok = false;
        }
    }
    if (ok) {
        term.unicode = MB_CUR_MAX > 1 && !entry_lacks_unicode(name.text);
        rescue_arm();
        set_modes();
        one_write_open();
        palette_init(&term.palette, options->color);
        palette_set_theme(&term.palette, options->theme);
        term.away = false;
        term.redraw = true;
        // enters the alternate screen now, so that what undoes it is always right
        refresh();
        tell_pastes(true);
        answers_ask(name.text);
        term.repaint = true; // over what a terminal may have printed of that
    }
    str_finish(&name);
    return ok;
}

static void give_back(void)
{
    if (!term.away) {
        term.away = true;
        tell_pastes(false);
        answers_drain();
        if (term.mouse) {
            tell_mouse(false);
        }
        endwin();
        rescue_disarm();
    }
}

void term_close(void)
{
    if (!term.screen) {
        return;
    }
    SCREEN *screen = term.screen;
    give_back();
    term.screen = NULL;
    term.mouse = false;
    delwin(term.keys);
    delscreen(screen);
    one_write_close();
    cells_finish(&term.cells);
}

void term_restore_in_handler(void)
{
    rescue_now();
}

bool term_is_ours(void)
{
    return rescue_is_ours();
}

bool term_takes_output(void)
{
    return rescue_takes_output();
}

void term_set_theme(const struct theme *theme)
{
    if (term.screen) {
        palette_set_theme(&term.palette, theme);
        term.redraw = true;
        term.repaint = true;
    }
}

static int within(int side, int usual)
{
    return side <= 0 ? usual : side > MAX_SIDE ? MAX_SIDE : side;
}

void term_size(int *columns, int *rows)
{
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) {
        ioctl(STDIN_FILENO, TIOCGWINSZ, &size);
    }
    *columns = within(size.ws_col, USUAL_COLUMNS);
    *rows = within(size.ws_row, USUAL_ROWS);
}

void term_resize(void)
{
    if (!term.screen) {
        return;
    }
    int columns, rows;
    term_size(&columns, &rows);
    if (columns != COLS || rows != LINES) {
        resizeterm(rows, columns);
    }
    term_repaint();
}

void term_repaint(void)
{
    term.redraw = true;
    term.repaint = true;
}

void term_show(const struct canvas *canvas)
{
    if (!term.screen) {
        return;
    }
    bool all = term.redraw || canvas->w != term.cells.shown.w || canvas->h != term.cells.shown.h;
    if (all) {
        werase(stdscr);
    }
    // also of another size: of rows that moved nothing is known then
    if (term.repaint || (all && term.cells.shown.w > 0)) {
        clearok(curscr, TRUE);
    }
    one_write_begin(answers_known()->synchronizes);
    if (cells_show(&term.cells, &term.palette, canvas, all) || all || term.repaint) {
        refresh();
        cells_keep(&term.cells, canvas);
    }
    one_write_end();
    term.redraw = false;
    term.repaint = false;
}

keystroke term_next_key(void)
{
    return term.screen ? keys_next(term.keys) : KEY_CODE_EOF;
}

/** Stops the process and what runs with it, until SIGCONT. */
static void stop(void)
{
    struct sigaction before, plain = {.sa_handler = SIG_DFL};
    sigset_t stops, mask;
    sigemptyset(&plain.sa_mask);
    sigemptyset(&stops);
    sigaddset(&stops, SIGTSTP);
    // sent while blocked, so that one that waits already does not stop a second time
    sigprocmask(SIG_BLOCK, &stops, &mask);
    sigaction(SIGTSTP, &plain, &before);
    kill(0, SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stops, NULL);
    sigaction(SIGTSTP, &before, NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
}

void term_suspend(void)
{
    if (!term.screen) {
        return;
    }
    give_back();
    stop();
}

void term_resume(void)
{
    if (!term.screen || !term.away) {
        return;
    }
    term.away = false;
    rescue_arm();
    term_resize();
    refresh();
    tell_pastes(true);
    if (term.mouse) {
        tell_mouse(true);
    }
}

void term_mouse(bool on)
{
    if (term.screen) {
        term.mouse = on;
        tell_mouse(on);
    }
}

void term_mouse_place(int *x, int *y)
{
    keys_mouse_place(x, y);
}

enum term_copied term_copy(const char *text, size_t len)
{
    if (len > CLIPBOARD_BYTES_MAX * 3 / 4) {
        return TERM_COPY_TOO_LONG;
    }
    if (clipboard_load_tmux(text, len, TMUX_WAIT_MS)) {
        return TERM_COPY_IN_TMUX;
    }
    struct str s;
    str_init(&s);
    clipboard_add(&s, text, len, clipboard_in_tmux(), clipboard_in_screen());
    one_write_past(s.text, s.len);
    str_finish(&s);
    return TERM_COPY_SENT;
}

void term_ring(void)
{
    if (term.screen && !term.away) {
        one_write_past("\a", 1);
    }
}

void term_notify(enum term_notice how, const char *text)
{
    struct str s;
    str_init(&s);
    clipboard_add_notice(&s, how, text, clipboard_in_tmux(), clipboard_in_screen());
    if (term.screen && !term.away) {
        one_write_past(s.text, s.len);
    }
    str_finish(&s);
}

bool term_has_blocks(enum term_blocks blocks)
{
    static const uint32_t first[] = {[BLOCKS_SEXTANTS] = 0x1FB00, [BLOCKS_OCTANTS] = 0x1CD00};
    return wcwidth((wchar_t)first[blocks]) == 1 || one_write_can();
}

enum term_blocks term_blocks(enum term_blocks told)
{
    bool within = clipboard_in_tmux() || clipboard_in_screen();
    enum term_blocks blocks = told ? told : within ? BLOCKS_NONE : answers_known()->blocks;
    while (blocks != BLOCKS_NONE && !term_has_blocks(blocks)) {
        blocks = told ? BLOCKS_NONE : (enum term_blocks)(blocks - 1);
    }
    return term.screen && term.unicode ? blocks : BLOCKS_NONE;
}

bool term_background(bool *light)
{
    *light = answers_known()->light;
    return answers_known()->background;
}

bool term_has_shades(void)
{
    return term.screen && term.palette.has_shades;
}

bool term_draws_unicode(void)
{
    return term.screen ? term.unicode : MB_CUR_MAX > 1;
}

void term_add_version(struct str *out)
{
    const char *version = curses_version(); // "ncurses 6.5.20250216"
    str_addf(out, " ncurses/%s", version + strcspn(version, "0123456789"));
}
