#include "term/term.h"

#include <curses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/utf8.h"
#include "term/answers.h"
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
    struct canvas shown; /**< what ncurses was last given */
    cchar_t *line;       /**< one row on its way to ncurses */
    size_t line_cap;
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
    canvas_finish(&term.shown);
    free(term.line);
    term.line = NULL;
    term.line_cap = 0;
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

static bool same(const struct cell *a, const struct cell *b)
{
    bool marks = true;
    for (int i = 0; i < CELL_MARKS; i++) {
        marks = marks && a->marks[i] == b->marks[i];
    }
    return marks && a->glyph == b->glyph && a->width == b->width && a->role == b->role &&
           a->under == b->under && a->selected == b->selected;
}

/** GLYPH, or what stands for it where the locale cannot show it. */
static wchar_t showable(uint32_t glyph)
{
    if (glyph >= 0x80 && MB_CUR_MAX == 1) {
        return L'?';
    }
    return wcwidth((wchar_t)glyph) > 0 ? (wchar_t)glyph : (wchar_t)UTF8_REPLACEMENT;
}

static cchar_t curses_cell(const struct cell *cell)
{
    wchar_t text[CELL_MARKS + 2] = {showable(cell->glyph)};
    for (int i = 0; i < CELL_MARKS && MB_CUR_MAX > 1; i++) {
        text[i + 1] = (wchar_t)cell->marks[i];
    }
    enum role role = cell->role < ROLE_COUNT ? (enum role)cell->role : ROLE_NORMAL;
    struct look look = palette_look(&term.palette, role, cell->under, cell->selected);
    cchar_t c;
    setcchar(&c, text, look.attrs, look.pair, NULL);
    return c;
}

/** Gives ncurses the cells of row Y that changed, COLUMNS of them at most. */
static bool show_row(const struct canvas *canvas, int y, int columns, bool all)
{
    bool changed = false;
    for (int x = 0; x < columns;) {
        if (!all && same(canvas_at(canvas, x, y), canvas_at(&term.shown, x, y))) {
            x++;
            continue;
        }
        // a wide character is written as a whole
        int start = x > 0 && canvas_at(canvas, x, y)->width == 0 ? x - 1 : x;
        int count = 0;
        x = start;
        do {
            const struct cell *cell = canvas_at(canvas, x++, y);
            if (cell->width > 0) {
                term.line[count++] = curses_cell(cell);
            }
        } while (
            x < columns && (all || !same(canvas_at(canvas, x, y), canvas_at(&term.shown, x, y))));
        mvwadd_wchnstr(stdscr, y, start, term.line, count);
        changed = true;
    }
    return changed;
}

static void keep(const struct canvas *canvas)
{
    if (term.shown.w != canvas->w || term.shown.h != canvas->h) {
        canvas_resize(&term.shown, canvas->w, canvas->h);
    }
    size_t count = (size_t)canvas->w * (size_t)canvas->h;
    if (count) {
        memcpy(term.shown.cells, canvas->cells, count * sizeof *canvas->cells);
    }
}

/** Whether row Y of A has the text of row Z of B, in whatever colours: ncurses looks at no more. */
static bool same_text(const struct canvas *a, int y, const struct canvas *b, int z, int columns)
{
    int x = 0;
    while (
        x < columns && showable(canvas_at(a, x, y)->glyph) == showable(canvas_at(b, x, z)->glyph)) {
        x++;
    }
    return x == columns;
}

/** Whether row Y has the text that one of the rows FROM to Y - 1 had, or one of them that of Y. */
static bool has_moved(const struct canvas *canvas, int from, int y, int columns)
{
    for (int z = from; z < y; z++) {
        bool changes = !same_text(canvas, z, &term.shown, z, columns);
        if (changes && (same_text(canvas, y, &term.shown, z, columns) ||
                           same_text(canvas, z, &term.shown, y, columns))) {
            return true;
        }
    }
    return false;
}

/**
 * Gives ncurses the rows that changed. It would take rows that moved for scrolling and scroll parts
 * of the screen, which tears on slow links and is unknown to some terminals. What it looks for are
 * lines that were in one place before and are in one other after; so rows that seem to have moved
 * are sent in parts, none of which has both places in it.
 */
static bool show_rows(const struct canvas *canvas, int columns, int rows, bool all)
{
    bool changed = false;
    for (int y = 0, from = 0; y < rows; y++) {
        if (!all && has_moved(canvas, from, y, columns)) {
            refresh();
            from = y;
        }
        changed = show_row(canvas, y, columns, all) || changed;
    }
    return changed;
}

void term_show(const struct canvas *canvas)
{
    if (!term.screen) {
        return;
    }
    bool all = term.redraw || canvas->w != term.shown.w || canvas->h != term.shown.h;
    if (all) {
        werase(stdscr);
    }
    int columns = canvas->w < COLS ? canvas->w : COLS;
    int rows = canvas->h < LINES ? canvas->h : LINES;
    if ((size_t)columns > term.line_cap) {
        term.line = mem_resize(term.line, (size_t)columns, sizeof *term.line);
        term.line_cap = (size_t)columns;
    }
    // also of another size: of rows that moved nothing is known then
    if (term.repaint || (all && term.shown.w > 0)) {
        clearok(curscr, TRUE);
    }
    one_write_begin(answers_known()->synchronizes);
    if (show_rows(canvas, columns, rows, all) || all || term.repaint) {
        refresh();
        keep(canvas);
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
    return wcwidth((wchar_t)first[blocks]) == 1;
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
