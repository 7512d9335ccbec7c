/*
 * A small program on top of src/term, for tests to drive: it shows one canvas, says which keys it
 * got and how big the screen is, and leaves by every door there is.
 *
 * termdemo [never|16|256|true [THEME]]
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/check.h"
#include "base/str.h"
#include "draw/canvas.h"
#include "term/term.h"
#include "theme/theme.h"

enum { EXIT_GONE = 7, CTRL_C = 3, CTRL_L = 12, CTRL_Z = 26 };

static int signals[2];

static void on_signal(int number)
{
    int saved = errno;
    char byte = (char)number;
    (void)!write(signals[1], &byte, 1);
    errno = saved;
}

static void on_fatal(int number)
{
    term_restore_in_handler();
    signal(number, SIG_DFL);
    raise(number);
}

static void handle(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

/** Signals are the program's business, not that of a library under src/term. */
static void check_handlers(void)
{
    static const int all[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH, SIGCONT};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct sigaction action;
        sigaction(all[i], NULL, &action);
        check(action.sa_handler == SIG_DFL);
    }
}

/** What the next frame shows. */
struct state {
    struct canvas canvas;
    struct theme theme;
    int theme_index;
    int presses;
    keystroke last;
    bool toggled;
    int moves;         /**< of rows; 0: an ordinary frame */
    const char *mouse; /**< what it did; NULL: nothing */
    int x, y;
};

/** Rows that are elsewhere after every key, and in another role; in half of the frames some are
 * empty. */
static void draw_moved(struct state *s, int columns, int rows)
{
    for (int y = 0; y < rows; y++) {
        char line[60];
        int n = (y + s->moves * 7 % 11 + (y > rows / 2 ? s->moves % 3 : 0)) % 29;
        bool empty = y > 0 && n % 5 == 0 && s->moves % 4 >= 2;
        if (y == 0) {
            snprintf(line, sizeof line, "moves %d.", s->moves);
        } else {
            snprintf(line, sizeof line, "row %d: %.*s", n, n, "abcdefghijklmnopqrstuvwxyzabcdef");
        }
        canvas_text(
            &s->canvas, n % 4, y, empty ? 0 : columns, line, s->moves % 2 ? ROLE_NORMAL : ROLE_OK);
    }
}

static void draw(struct state *s)
{
    int columns, rows;
    term_size(&columns, &rows);
    struct canvas *c = &s->canvas;
    canvas_resize(c, columns, rows);
    if (s->moves) {
        draw_moved(s, columns, rows);
        return;
    }
    struct str text;
    str_init(&text);
    str_addf(&text, "size %dx%d", columns, rows);
    canvas_text(c, 0, 0, columns, text.text, ROLE_HEADER);
    for (int i = 0; i < ROLE_COUNT; i++) {
        canvas_text(c, 0, i + 1, columns, role_name((enum role)i), (enum role)i);
        canvas_text(c, 16, i + 1, columns, role_name((enum role)i), (enum role)i);
    }
    canvas_select(c, (struct rect){.x = 16, .y = 1, .w = 12, .h = ROLE_COUNT});
    if (term_draws_unicode()) {
        canvas_text(c, 32, 1, columns, "\u6f22\u5b57|", ROLE_NORMAL);
        canvas_text(c, 32, 2, columns, "e\u0301|o\u0308\u0323|", ROLE_NORMAL);
        canvas_text(c, 32, 3, columns, "\u2581\u2582\u2583\u2584|", ROLE_SPARK);
        // an octant, a sextant, and what stands in for an octant
        canvas_text(c, 40, 3, columns, "\U0001CD00\U0001FB00\U0010CD00|", ROLE_SPARK);
    } else {
        canvas_text(c, 32, 1, columns, "plain|", ROLE_NORMAL);
    }
    canvas_text(c, 32, 4, columns, s->toggled ? "B" : "A", ROLE_NORMAL);
    str_setf(&text, "press %d key %x", s->presses, (unsigned)s->last);
    canvas_text(c, 32, 5, columns, text.text, ROLE_NORMAL);
    if (s->mouse) {
        str_setf(&text, "%s %d,%d", s->mouse, s->x, s->y);
        canvas_text(c, 32, 6, columns, text.text, ROLE_NORMAL);
    }
    canvas_put(c, 60, 10, '#', ROLE_FILL); // an area, its edge and a line over it, at its foot
    canvas_put_on(c, 61, 10, '#', ROLE_FILL, ROLE_SPARK);
    canvas_put_on(c, 62, 10, '-', ROLE_LINE_USUAL, ROLE_FILL);
    canvas_fade(c, (struct rect){60, 9, 3, 2});
    canvas_text(c, columns - 3, rows - 1, 3, "END", ROLE_DIM);
    str_finish(&text);
}

static void press(struct state *s, keystroke k)
{
    struct str why;
    str_init(&why);
    switch (k) {
    case CTRL_Z:
        term_suspend();
        term_resume();
        break;
    case CTRL_L: term_repaint(); break;
    case 't': s->toggled = !s->toggled; break;
    case 'n': s->moves++; break;
    case 'u': break;
    case 'T':
        s->theme_index = theme_builtin(s->theme_index + 1) ? s->theme_index + 1 : 0;
        check(theme_load(&s->theme, theme_builtin(s->theme_index), NULL, &why));
        term_set_theme(&s->theme);
        break;
    case 'M':
        term_mouse(true);
        s->mouse = "mouse on";
        break;
    case KEY_CODE_CLICK:
    case KEY_CODE_WHEEL_DOWN:
        s->mouse = k == KEY_CODE_CLICK ? "click" : "wheel";
        term_mouse_place(&s->x, &s->y);
        break;
    case 'a': abort();
    case 'd': check_die("The demo was asked to die.");
    default:
        s->presses++;
        s->last = k;
        break;
    }
    str_finish(&why);
}

/** Waits for keys and signals and shows a frame after each; returns the exit status. */
static int run(struct state *s)
{
    for (;;) {
        draw(s);
        term_show(&s->canvas);
        struct pollfd fds[] = {
            {.fd = STDIN_FILENO, .events = POLLIN}, {.fd = signals[0], .events = POLLIN}};
        poll(fds, 2, -1);
        char number;
        while (read(signals[0], &number, 1) == 1) {
            if (number == SIGTERM) {
                return 0;
            } else if (number == SIGTSTP) {
                term_suspend();
                term_resume();
            }
            term_resize();
        }
        for (keystroke k; (k = term_next_key()) != KEY_CODE_NONE;) {
            if (k == 'q' || k == CTRL_C) {
                return 0;
            }
            if (k == KEY_CODE_EOF) {
                return EXIT_GONE;
            }
            press(s, k);
        }
    }
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "");
    static const char *const depths[] = {"auto", "never", "16", "256", "true"};
    struct state s = {0};
    struct term_options options = {.theme = &s.theme};
    for (int i = 0; i < 5; i++) {
        if (argc > 1 && strcmp(argv[1], depths[i]) == 0) {
            options.color = (enum color_depth)i;
        }
    }
    struct str notice, why;
    str_init(&notice);
    str_init(&why);
    int status = 1;
    if (!theme_load(&s.theme, argc > 2 ? argv[2] : NULL, NULL, &why) || pipe(signals) != 0 ||
        !term_open(&options, &notice, &why)) {
        fprintf(stderr, "refused: %s\n", why.text);
    } else {
        check_handlers();
        fcntl(signals[0], F_SETFL, O_NONBLOCK);
        check_on_death(term_restore_in_handler);
        handle(SIGWINCH, on_signal);
        handle(SIGTERM, on_signal);
        handle(SIGTSTP, on_signal);
        handle(SIGHUP, SIG_IGN);
        handle(SIGABRT, on_fatal);
        status = run(&s);
        term_close();
        printf("notice: %s\n", notice.text);
    }
    canvas_finish(&s.canvas);
    str_finish(&notice);
    str_finish(&why);
    return status;
}
