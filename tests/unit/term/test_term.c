/*
 * test_term TERMDEMO: src/term as a user sees it. tests/term/termdemo.c, whose path is the
 * argument, runs in a pseudo terminal of its own.
 */
#include "term/term.h"

#include <locale.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "term/answers.h"
#include "term/clipboard.h"
#include "term/pty.h"
#include "theme/theme.h"

enum { EXIT_GONE = 7 };

static const char *demo;

/** What COLORTERM is for the next start; NULL: unset. */
static const char *colorterm;

/** Starts the demo as TERM with DEPTH ("auto", "never", ...); TERM NULL: unset. */
static void start_sized(
    struct pty *p, const char *term, const char *depth, const char *locale, int columns, int rows)
{
    struct str term_env, color_env, locale_env;
    str_init(&term_env);
    str_init(&color_env);
    str_addf(&color_env, "COLORTERM=%s", colorterm ? colorterm : "");
    str_init(&locale_env);
    str_addf(&term_env, "TERM=%s", term ? term : "");
    str_addf(&locale_env, "LC_ALL=%s", locale);
    char leaks[] = "ASAN_OPTIONS=handle_abort=0";
    // sizes of a former terminal must not count
    char lines[] = "LINES=3", width[] = "COLUMNS=7";
    char *env[] = {
        locale_env.text, lines, width, leaks, color_env.text, term ? term_env.text : NULL, NULL};
    struct str program, choice;
    str_init(&program);
    str_init(&choice);
    str_add(&program, demo);
    str_add(&choice, depth);
    char *argv[] = {program.text, choice.text, NULL};
    pty_start(p, argv, env, columns, rows);
    str_finish(&program);
    str_finish(&choice);
    str_finish(&term_env);
    str_finish(&color_env);
    str_finish(&locale_env);
}

static void start(struct pty *p, const char *term, const char *depth)
{
    start_sized(p, term, depth, "C.UTF-8", 80, 24);
    assert_true(pty_wait_text(p, "size 80x24"));
    assert_true(pty_wait_text(p, "END"));
}

/** Presses q and checks that the terminal is as it was. */
static void quit(struct pty *p)
{
    pty_send(p, "q");
    assert_true(pty_wait_exit(p));
    assert_true(WIFEXITED(p->status));
    assert_int_equal(WEXITSTATUS(p->status), 0);
    pty_finish(p);
}

static void assert_restored(const struct pty *p)
{
    struct termios now = pty_modes(p);
    assert_int_equal(now.c_lflag, p->modes.c_lflag);
    assert_int_equal(now.c_iflag, p->modes.c_iflag);
    assert_int_equal(now.c_oflag, p->modes.c_oflag);
    assert_false(p->on_alternate);
}

static void shows_text(void **state)
{
    (void)state;
    struct pty p;
    start(&p, "xterm-256color", "auto");
    static const char *const rows[] = {
        "size 80x24",
        "normal          normal          \u6f22\u5b57|",
        "dim             dim             e\u0301|o\u0308\u0323|",
        ("strong          strong          \u2581\u2582\u2583\u2584|   "
         "\U0001CD00\U0001FB00\uFFFD|"),
    };
    for (int y = 0; y < 4; y++) {
        struct str row;
        str_init(&row);
        pty_add_row(&p, y, &row);
        assert_string_equal(row.text, rows[y]);
        str_finish(&row);
    }
    assert_true(p.on_alternate);
    assert_int_equal(pty_modes(&p).c_lflag & (ICANON | ECHO | ISIG), 0);
    quit(&p);
}

static VTermScreenCell cell_of(const struct pty *p, enum role role, bool selected)
{
    return pty_cell(p, selected ? 16 : 0, role + 1);
}

static void assert_index(const VTermColor *color, int index)
{
    assert_true(VTERM_COLOR_IS_INDEXED(color));
    assert_int_equal(color->indexed.idx, index);
}

static void assert_rgb(const VTermColor *color, int rgb)
{
    assert_true(VTERM_COLOR_IS_RGB(color));
    assert_int_equal(color->rgb.red << 16 | color->rgb.green << 8 | color->rgb.blue, rgb);
}

static void assert_faded(const struct pty *p, bool fine)
{
    const int fade = 0x122b31, line = 0xb4bdc9, edge = 0x56cfdc;
    const VTermScreenCell area = pty_cell(p, 60, 10), above = pty_cell(p, 61, 10),
                          over = pty_cell(p, 62, 10);
    if (fine) {
        assert_rgb(&area.fg, fade);
        assert_true(VTERM_COLOR_IS_DEFAULT_BG(&area.bg));
        assert_rgb(&above.fg, fade);
        assert_rgb(&above.bg, edge);
        assert_rgb(&over.fg, line);
        assert_rgb(&over.bg, fade);
    } else {
        assert_index(&area.fg, 23);
        assert_index(&over.bg, 23);
    }
}

static void shows_256_colors(void **state)
{
    (void)state;
    struct pty p;
    start(&p, "xterm-256color", "256");
    VTermScreenCell cell = cell_of(&p, ROLE_CRITICAL, false);
    assert_index(&cell.fg, 203);
    assert_true(VTERM_COLOR_IS_DEFAULT_BG(&cell.bg));
    assert_true(cell.attrs.bold);
    cell = cell_of(&p, ROLE_CRITICAL, true);
    assert_index(&cell.fg, 203);
    assert_index(&cell.bg, 235);
    assert_false(cell.attrs.reverse);
    cell = cell_of(&p, ROLE_NORMAL, false);
    assert_true(VTERM_COLOR_IS_DEFAULT_FG(&cell.fg));
    assert_true(VTERM_COLOR_IS_DEFAULT_BG(&cell.bg));
    cell = cell_of(&p, ROLE_NORMAL, true);
    assert_index(&cell.fg, 255);
    assert_index(&cell.bg, 235);
    cell = cell_of(&p, ROLE_CULPRIT, true);
    assert_index(&cell.bg, 124);
    assert_faded(&p, false);
    quit(&p);
}

// The theme's own colours, whatever the entry of TERM says of them, and keys are still read whole.
static void shows_24_bits(void **state)
{
    (void)state;
    static const struct {
        const char *term, *colorterm, *depth;
    } cases[] = {
        {"xterm-256color", "truecolor", "auto"},
        {"xterm-256color", "24bit", "auto"},
        {"xterm-256color", NULL, "true"},
        {"xterm", NULL, "true"},
        {"tmux-256color", "truecolor", "auto"},
        {"screen-256color", NULL, "true"},
        {NULL, NULL, "true"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pty p;
        colorterm = cases[i].colorterm;
        start(&p, cases[i].term, cases[i].depth);
        colorterm = NULL;
        VTermScreenCell cell = cell_of(&p, ROLE_CRITICAL, false);
        assert_rgb(&cell.fg, 0xff6b68);
        assert_true(VTERM_COLOR_IS_DEFAULT_BG(&cell.bg));
        assert_faded(&p, true);
        cell = cell_of(&p, ROLE_CULPRIT, false);
        assert_rgb(&cell.bg, 0xa8261c);
        cell = cell_of(&p, ROLE_NORMAL, false);
        assert_true(VTERM_COLOR_IS_DEFAULT_FG(&cell.fg));
        assert_null(strstr(p.output.text, "\x1b]4;")); // the palette is the user's
        assert_null(strstr(p.output.text, "\x1b]104"));
        quit(&p);
    }
}

// What a terminal does not offer is not sent, and what the user asks for goes before what it says.
static void other_depths_are_kept(void **state)
{
    (void)state;
    static const struct {
        const char *term, *colorterm, *depth;
    } cases[] = {
        {"xterm-256color", NULL, "auto"},
        {"xterm-256color", "yes", "auto"},
        {"xterm-256color", "truecolor", "256"},
        {"xterm-256color", "truecolor", "16"},
        {"xterm-256color", "truecolor", "never"},
        {"vt100", "truecolor", "auto"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pty p;
        colorterm = cases[i].colorterm;
        start(&p, cases[i].term, cases[i].depth);
        colorterm = NULL;
        assert_null(strstr(p.output.text, "8;2;"));
        quit(&p);
    }
}

static void shows_16_colors(void **state)
{
    (void)state;
    struct pty p;
    start(&p, "xterm-256color", "16");
    VTermScreenCell cell = cell_of(&p, ROLE_CRITICAL, false);
    assert_index(&cell.fg, 9);
    cell = cell_of(&p, ROLE_DIM, false);
    assert_index(&cell.fg, 8);
    cell = cell_of(&p, ROLE_CRITICAL, true);
    assert_true(cell.attrs.reverse);
    assert_true(VTERM_COLOR_IS_DEFAULT_FG(&cell.fg));
    quit(&p);
}

static void shows_bright_as_bold_with_8_colors(void **state)
{
    (void)state;
    struct pty p;
    start(&p, "linux", "auto");
    VTermScreenCell cell = cell_of(&p, ROLE_SPARK, false);
    assert_index(&cell.fg, 6);
    assert_true(cell.attrs.bold);
    cell = cell_of(&p, ROLE_DIM, false);
    assert_true(VTERM_COLOR_IS_DEFAULT_FG(&cell.fg));
    quit(&p);
}

// An underline hides the underscores of names.
static void nothing_is_underlined(void **state)
{
    (void)state;
    static const char *const depths[] = {"true", "256", "16", "never"};
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        struct pty p;
        start_sized(&p, "xterm-256color", depths[i], "C.UTF-8", 80, ROLE_COUNT + 2);
        assert_true(pty_wait_text(&p, "END"));
        for (int theme = 0; theme_builtin(theme); theme++) {
            for (int k = 0; k < 2 * ROLE_COUNT; k++) {
                bool selected = k >= ROLE_COUNT;
                VTermScreenCell cell = cell_of(&p, (enum role)(k % ROLE_COUNT), selected);
                if (cell.attrs.underline) {
                    fail_msg("theme %d, role %d at depth %s", theme, k % ROLE_COUNT, depths[i]);
                }
            }
            pty_send(&p, "Tt");
            assert_true(pty_wait_text(&p, theme % 2 ? "A" : "B"));
        }
        quit(&p);
    }
}

/** A poor TERM is as the shell in a container has it; the user may say that there is more. */
static void takes_the_richer_entry_when_asked(void **state)
{
    (void)state;
    struct pty p;
    start(&p, "xterm", "256");
    VTermScreenCell cell = cell_of(&p, ROLE_CRITICAL, false);
    assert_index(&cell.fg, 203);
    quit(&p);
}

static void never_means_no_color(void **state)
{
    (void)state;
    static const char *const terms[] = {"xterm-256color", "linux", "screen", "vt100", "xterm"};
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        struct pty p;
        start(&p, terms[i], "never");
        VTermScreenCell cell = cell_of(&p, ROLE_STRONG, false);
        assert_true(cell.attrs.bold);
        cell = cell_of(&p, ROLE_CULPRIT, false);
        assert_true(cell.attrs.reverse);
        cell = cell_of(&p, ROLE_CULPRIT, true); // on a row that is reversed
        assert_false(cell.attrs.reverse);
        cell = cell_of(&p, ROLE_NORMAL, true);
        assert_true(cell.attrs.reverse);
        pty_send(&p, "TTTTt");
        assert_true(pty_wait_text(&p, "B"));
        pty_send(&p, "q");
        assert_true(pty_wait_exit(&p));
        assert_false(pty_saw_color(&p));
        pty_finish(&p);
    }
    // the same look at a run with colours must see some
    struct pty p;
    start(&p, "xterm-256color", "auto");
    assert_true(pty_saw_color(&p));
    quit(&p);
}

/** Toggles the letter at 32,4 and returns how many bytes that took. */
static size_t toggle(struct pty *p, const char *before, char to)
{
    char place[] = "column          column          ?";
    place[sizeof place - 2] = to;
    size_t received = p->output.len;
    pty_send(p, before);
    pty_send(p, "t");
    // row 4 is `header`
    memcpy(place, "header          header", 22);
    assert_true(pty_wait_text(p, place));
    return p->output.len - received;
}

static void unchanged_frames_send_nothing(void **state)
{
    (void)state;
    struct pty p;
    start(&p, "xterm-256color", "auto");
    toggle(&p, "", 'B');
    size_t one = toggle(&p, "", 'A');
    toggle(&p, "", 'B');
    size_t after_many = toggle(&p, "uuuuuuuuuuuuuuuuuuuu", 'A');
    assert_true(one > 0 && one < 20);
    assert_int_equal(after_many, one);
    quit(&p);
}

/** The control sequence at TEXT, which begins with ESC, without its numbers: "[r", "M". */
static void name_sequence(const char *text, char name[3])
{
    const char *at = text + 1;
    name[0] = *at;
    name[1] = name[2] = '\0';
    if (*at == '[') {
        at += 1 + strspn(at + 1, "0123456789;?");
        name[1] = *at;
    }
}

/** How often TEXT is in the output behind the first FROM bytes. */
static int count_output(const struct pty *p, size_t from, const char *text)
{
    int count = 0;
    for (const char *at = p->output.text + from; (at = strstr(at, text)) != NULL; at++) {
        count++;
    }
    return count;
}

// The terminal is asked, and what it answers is no key.
static void synchronizes_where_the_terminal_does(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        int updates;
    } cases[] = {{"", 0}, {"\x1b[?2026;0$y", 0}, {"\x1b[?2026;4$y", 0}, {"\x1b[?1;2$y", 0},
        {"\x1b[?2026;2$y", 1}, {"\x1b[?2026;1$y\x1b]11;rgb:ffff/ffff/dddd\x1b\\\x1b[?64;1c", 1},
        {"\x1b]11;rgb:0000/0000/0000\x07\x1b[?2026;2$y", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pty p;
        start(&p, "xterm-256color", "auto");
        assert_true(pty_wait_output(&p, 0, "\x1b[?2026$p\x1b]11;?\x1b\\\x1b[>q\x1b[c"));
        pty_send(&p, cases[i].answer);
        size_t before = p.output.len;
        pty_send(&p, "x");
        assert_true(pty_wait_text(&p, "press 1 key 78"));
        pty_send(&p, "y");
        assert_true(pty_wait_text(&p, "press 2 key 79"));
        int begun = count_output(&p, before, "\x1b[?2026h");
        assert_int_equal(begun, 2 * cases[i].updates);
        assert_int_equal(count_output(&p, before, "\x1b[?2026l"), begun);
        quit(&p);
    }
}

/** On slow lines answers come in pieces, and late. */
static void pieces_of_answers_are_no_keys(void **state)
{
    (void)state;
    static const char *const answers[] = {"\x1b[?2026;2$y", "\x1b]11;rgb:0000/1111/2222\x1b\\",
        "\x1b]11;rgb:0000/1111/2222\a", "\x1bP>|kitty(0.40.1)\x1b\\", "\x1bP>|odd q 1?\x1b\\"};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        // not right behind the Esc: that might have been pressed
        for (size_t at = 2; at < strlen(answers[i]); at += 3) {
            struct pty p;
            start(&p, "xterm-256color", "auto");
            char head[64];
            snprintf(head, sizeof head, "%.*s", (int)at, answers[i]);
            pty_send(&p, head);
            usleep(60000); // longer than an Esc alone is waited for
            pty_send(&p, answers[i] + at);
            pty_send(&p, "x");
            assert_true(pty_wait_text(&p, "press 1 key 78"));
            quit(&p);
        }
    }
}

/** What begins like an answer may have been typed, and an answer that breaks off takes no key
 * along. */
static void keys_that_look_like_answers_are_keys(void **state)
{
    (void)state;
    struct pty p;
    start(&p, "xterm-256color", "auto");
    pty_send(&p, "\x1b]x");
    assert_true(pty_wait_text(&p, "press 3 key 78"));
    pty_send(&p, "\x1b]11;rgb:00x");
    assert_true(pty_wait_text(&p, "press 4 key 78"));
    pty_send(&p, "\x1b[?2026;\r");
    assert_true(pty_wait_text(&p, "press 5 key"));
    pty_send(&p, "\x1b[?64;1c"); // all have come: what begins like one is typed
    pty_send(&p, "\x1b]11;");
    assert_true(pty_wait_text(&p, "press 10 key 3b"));
    quit(&p);
}

// It would print what it does not know.
static void a_console_is_not_asked(void **state)
{
    (void)state;
    struct pty p;
    start(&p, "linux", "auto");
    assert_int_equal(count_output(&p, 0, "2026"), 0);
    quit(&p);
}

// Where ncurses finds rows that moved, it scrolls parts of the screen.
static void rows_that_move_are_not_scrolled(void **state)
{
    (void)state;
    static const char *const depths[] = {"auto", "never"};
    static const char *const scrolling[] = {"[r", "[S", "[T", "[L", "[M", "M", "D"};
    for (size_t k = 0; k < sizeof depths / sizeof *depths; k++) {
        struct pty p;
        start(&p, "xterm-256color", depths[k]);
        size_t before = p.output.len;
        for (int i = 1; i <= 100; i++) {
            char title[20];
            snprintf(title, sizeof title, "moves %d.", i);
            pty_send(&p, "n");
            assert_true(pty_wait_text(&p, title));
        }
        pty_send(&p, "\f"); // as it is when it is sent whole
        assert_true(pty_wait_output(&p, before, "\x1b[H\x1b[2J"));
        for (const char *at = p.output.text + before; (at = strchr(at, '\x1b')) != NULL; at++) {
            char name[3];
            name_sequence(at, name);
            for (size_t n = 0; n < sizeof scrolling / sizeof *scrolling; n++) {
                if (strcmp(name, scrolling[n]) == 0) {
                    fail_msg("ESC %s at byte %zd", name, at - p.output.text);
                }
            }
        }
        quit(&p);
    }
}

static void repaints(void **state)
{
    (void)state;
    struct pty p;
    start(&p, "xterm-256color", "auto");
    size_t whole = p.output.len;
    toggle(&p, "", 'B');
    // something scribbles over the screen behind the program's back
    static const char scribble[] = "\033[2J\033[HWall message";
    vterm_input_write(p.vterm, scribble, sizeof scribble - 1);
    size_t before = p.output.len;
    pty_send(&p, "\f");
    assert_true(pty_wait_text(&p, "size 80x24"));
    assert_true(pty_wait_text(&p, "END"));
    assert_true(pty_wait_no_text(&p, "Wall message"));
    assert_true(p.output.len - before > whole / 2);
    quit(&p);
}

static void the_clipboard_is_wrapped_for_who_is_between(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool tmux, screen;
        const char *want;
    } cases[] = {
        {"", false, false, "\x1b]52;c;\a"}, {"a", false, false, "\x1b]52;c;YQ==\a"},
        {"ab", false, false, "\x1b]52;c;YWI=\a"},
        {"abc\xff\xfe", false, false, "\x1b]52;c;YWJj//4=\a"},
        {"abc", true, false, "\x1b]52;c;YWJj\a\x1bPtmux;\x1b\x1b]52;c;YWJj\a\x1b\\"},
        {"abc", false, true, "\x1bP\x1b]52;c;YWJj\a\x1b\\"},
        {"abc", true, true,
            "\x1b]52;c;YWJj\a\x1bPtmux;\x1b\x1b]52;c;YWJj\a\x1b\\"}, // tmux is the inner one
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        clipboard_add(&s, cases[i].text, strlen(cases[i].text), cases[i].tmux, cases[i].screen);
        assert_string_equal(s.text, cases[i].want);
        str_finish(&s);
    }
}

static void notices_are_clean(void **state)
{
    (void)state;
    static const struct {
        enum term_notice how;
        const char *text;
        bool tmux;
        const char *want;
    } cases[] = {{TERM_NOTICE_OSC9, "db critical", false, "\x1b]9;ragtop: db critical\a"},
        {TERM_NOTICE_OSC777, "a;b", false, "\x1b]777;notify;ragtop;a,b\a"},
        {TERM_NOTICE_OSC9, "a\x1b]52;c;eA==\a\xC2\x9D", false,
            "\x1b]9;ragtop: a\xEF\xBF\xBD]52,c,eA==\xEF\xBF\xBD\xEF\xBF\xBD\a"},
        {TERM_NOTICE_OSC777, "db", true, "\x1bPtmux;\x1b\x1b]777;notify;ragtop;db\a\x1b\\"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        clipboard_add_notice(&s, cases[i].how, cases[i].text, cases[i].tmux, false);
        assert_string_equal(s.text, cases[i].want);
        str_finish(&s);
    }
}

static void blocks_are_for_listed_terminals(void **state)
{
    (void)state;
    static const struct {
        const char *version;
        enum term_blocks blocks;
    } cases[] = {{"kitty(0.40.0)", BLOCKS_OCTANTS}, {"kitty(0.39.1)", BLOCKS_SEXTANTS},
        {"kitty(0.19.3)", BLOCKS_NONE}, {"kitty(1.0)", BLOCKS_OCTANTS},
        {"foot(1.19.0)", BLOCKS_NONE}, {"foot(1.20.2)", BLOCKS_OCTANTS},
        {"ghostty 1.1.3", BLOCKS_NONE}, {"ghostty 1.2.0-main+5cb2fa6f", BLOCKS_OCTANTS},
        {"VTE(7600)", BLOCKS_NONE}, {"VTE(7802)", BLOCKS_OCTANTS},
        {"WezTerm 20240203-110809-5046fc22", BLOCKS_SEXTANTS},
        {"WezTerm 20210502-154244-3f7122cb", BLOCKS_NONE}};
    assert_int_equal(answers_known()->blocks, BLOCKS_NONE);
    answers_take_version("tmux 3.4");
    answers_take_version("XTerm(390)");
    answers_take_version("kitten 9.9");
    answers_take_version("");
    assert_int_equal(answers_known()->blocks, BLOCKS_NONE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        answers_take_version(cases[i].version);
        if (answers_known()->blocks != cases[i].blocks) {
            fail_msg("%s", cases[i].version);
        }
    }
}

/** Screen passes on short pieces only. */
static void long_texts_are_cut_for_screen(void **state)
{
    (void)state;
    static char text[5000];
    memset(text, 'x', sizeof text);
    struct str s;
    str_init(&s);
    clipboard_add(&s, text, sizeof text, false, true);
    size_t longest = 0;
    for (const char *p = s.text; *p;) {
        const char *end = strstr(p, "\x1b\\");
        assert_non_null(end);
        assert_memory_equal(p, "\x1bP", 2);
        longest = (size_t)(end - p) > longest ? (size_t)(end - p) : longest;
        p = end + 2;
    }
    assert_true(longest <= 600);
    str_finish(&s);
}

static void clicks_come_with_their_place(void **state)
{
    (void)state;
    struct pty p;
    start(&p, "xterm-256color", "auto");
    pty_send(&p, "\x1b[<0;10;5M"); // not asked for: nothing is known of it
    pty_send(&p, "M");
    assert_true(pty_wait_text(&p, "mouse on"));
    assert_true(pty_wait_text(&p, "press 1")); // one key without a name, and no digits
    pty_send(&p, "\x1b[<0;12;7M\x1b[<0;12;7m");
    assert_true(pty_wait_text(&p, "click 11,6"));
    pty_send(&p, "\x1b[<65;200;50M");
    assert_true(pty_wait_text(&p, "wheel 199,49"));
    assert_non_null(strstr(p.output.text, "\x1b[?1006;1000h"));
    quit(&p);
}

static void changes_themes(void **state)
{
    (void)state;
    struct pty p;
    start(&p, "xterm-256color", "256");
    // catppuccin comes after default; its frame is whole once a later one has begun
    pty_send(&p, "Tx");
    assert_true(pty_wait_text(&p, "press 1"));
    pty_send(&p, "x");
    assert_true(pty_wait_text(&p, "press 2"));
    VTermScreenCell cell = cell_of(&p, ROLE_CRITICAL, false);
    assert_index(&cell.fg, 211);
    quit(&p);
}

static void follows_a_storm_of_resizes(void **state)
{
    (void)state;
    struct pty p;
    start(&p, "xterm-256color", "auto");
    for (int i = 0; i < 100; i++) {
        pty_resize(&p, 1 + i * 37 % 200, 1 + i * 13 % 60);
    }
    pty_resize(&p, 101, 31);
    assert_true(pty_wait_text(&p, "size 101x31"));
    assert_true(pty_wait_text(&p, "END"));
    int x, y;
    assert_true(pty_find(&p, "END", &x, &y));
    assert_int_equal(x, 98);
    assert_int_equal(y, 30);
    quit(&p);
}

/** One at a time: each size is taken in before the next, down to a single cell. */
static void follows_every_resize(void **state)
{
    (void)state;
    static const int sizes[][2] = {
        {1, 1}, {80, 24}, {20, 1}, {3, 60}, {250, 80}, {2, 2}, {33, 5}, {80, 24}};
    struct pty p;
    start(&p, "xterm-256color", "auto");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        pty_resize(&p, sizes[i][0], sizes[i][1]);
        struct str want;
        str_init(&want);
        str_addf(&want, "size %dx%d", sizes[i][0], sizes[i][1]);
        if ((int)want.len > sizes[i][0]) {
            want.text[sizes[i][0]] = '\0';
        }
        if (sizes[i][1] > 1) {
            assert_true(pty_wait_text(&p, want.text));
        }
        str_finish(&want);
    }
    assert_true(pty_wait_text(&p, "END"));
    quit(&p);
}

static void size_is_usual_where_unknown(void **state)
{
    (void)state;
    struct pty p;
    start_sized(&p, "xterm-256color", "auto", "C.UTF-8", 0, 0);
    assert_true(pty_wait_text(&p, "size 80x24"));
    assert_true(pty_wait_text(&p, "END"));
    quit(&p);
}

static void reads_keys(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        unsigned want;
    } cases[] = {
        {"x", 'x'},
        {"\xc3\xa4", 0xe4},
        {"\xe2\x82\xac", 0x20ac},
        {"\x01", 1},
        {"\x13", 0x13},
        {"\033", 27},
        {"\r", KEY_CODE_ENTER},
        {"\n", KEY_CODE_ENTER},
        {"\t", KEY_CODE_TAB},
        {"\b", KEY_CODE_BACKSPACE},
        {"\177", KEY_CODE_BACKSPACE},
        {"\033OA", KEY_CODE_UP},
        {"\033OB", KEY_CODE_DOWN},
        {"\033OC", KEY_CODE_RIGHT},
        {"\033OD", KEY_CODE_LEFT},
        {"\033[A", KEY_CODE_UP},
        {"\033[D", KEY_CODE_LEFT},
        {"\033[5~", KEY_CODE_PAGE_UP},
        {"\033[6~", KEY_CODE_PAGE_DOWN},
        {"\033OH", KEY_CODE_HOME},
        {"\033[1~", KEY_CODE_HOME},
        {"\033OF", KEY_CODE_END},
        {"\033[4~", KEY_CODE_END},
        {"\033OM", KEY_CODE_ENTER},
        {"\033[Z", KEY_CODE_BACK_TAB},
        {"\033OP", KEY_CODE_F1},
        {"\033[11~", KEY_CODE_F1},
        {"\033OS", KEY_CODE_F1 + 3},
        {"\033[15~", KEY_CODE_F1 + 4},
        {"\033[21~", KEY_CODE_F1 + 9},
        {"\033[24~", KEY_CODE_F12},
        {"\033[1;5A", KEY_CODE_OTHER},
        {"\033[200~", KEY_CODE_PASTE},
        {"\033[201~", KEY_CODE_PASTED},
        {"\033[3~", KEY_CODE_DELETE},
        {"\033[2~", KEY_CODE_OTHER},
    };
    static const char *const depths[] = {"auto", "true"};
    for (size_t k = 0; k < 2; k++) {
        struct pty p;
        start(&p, "xterm-256color", depths[k]);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            struct str want;
            str_init(&want);
            str_addf(&want, "press %d key %x", (int)i + 1, cases[i].want);
            pty_send(&p, cases[i].typed);
            if (!pty_wait_text(&p, want.text)) {
                fail_msg("%s: case %d", depths[k], (int)i);
            }
            str_finish(&want);
        }
        // a broken character does not swallow the one after it
        pty_send(&p, "xyz\xc3w");
        assert_true(pty_wait_text(&p, "key 77"));
        quit(&p);
    }
}

static void quits_by_control_c(void **state)
{
    (void)state;
    struct pty p;
    start(&p, "xterm-256color", "auto");
    pty_send(&p, "\x03");
    assert_true(pty_wait_exit(&p));
    assert_true(WIFEXITED(p.status));
    assert_restored(&p);
    assert_true(pty_wait_text(&p, "notice:"));
    pty_finish(&p);
}

static void restores_at_sigterm(void **state)
{
    (void)state;
    struct pty p;
    start(&p, "xterm-256color", "auto");
    kill(p.pid, SIGTERM);
    assert_true(pty_wait_exit(&p));
    assert_true(WIFEXITED(p.status));
    assert_restored(&p);
    pty_finish(&p);
}

static void restores_in_a_fatal_handler(void **state)
{
    (void)state;
    static const char *const terms[] = {"xterm-256color", "vt100"};
    for (int i = 0; i < 2; i++) {
        struct pty p;
        start(&p, terms[i], "auto");
        pty_send(&p, "a");
        assert_true(pty_wait_exit(&p));
        assert_true(WIFSIGNALED(p.status));
        assert_int_equal(WTERMSIG(p.status), SIGABRT);
        assert_restored(&p);
        pty_finish(&p);
    }
}

static void restores_before_a_death_is_reported(void **state)
{
    (void)state;
    struct pty p;
    start(&p, "xterm-256color", "auto");
    pty_send(&p, "d");
    assert_true(pty_wait_exit(&p));
    assert_int_equal(WEXITSTATUS(p.status), 70);
    assert_restored(&p);
    assert_true(pty_wait_text(&p, "The demo was asked to die."));
    pty_finish(&p);
}

static void notices_a_lost_terminal(void **state)
{
    (void)state;
    struct pty p;
    start(&p, "xterm-256color", "auto");
    pty_hang_up(&p);
    assert_true(pty_wait_exit(&p));
    assert_true(WIFEXITED(p.status));
    assert_int_equal(WEXITSTATUS(p.status), EXIT_GONE);
    pty_finish(&p);
}

static void suspends_under_a_shell(void **state)
{
    (void)state;
    char sh[] = "/bin/sh", i[] = "-i";
    char *argv[] = {sh, i, NULL};
    char term[] = "TERM=xterm-256color", locale[] = "LC_ALL=C.UTF-8", prompt[] = "PS1=ready>";
    char no_env[] = "ENV=";
    char *env[] = {term, locale, prompt, no_env, NULL};
    struct pty p;
    pty_start(&p, argv, env, 80, 24);
    assert_true(pty_wait_text(&p, "ready>"));
    struct str line;
    str_init(&line);
    str_addf(&line, "\"%s\" auto\n", demo);
    pty_send(&p, line.text);
    str_finish(&line);
    for (int round = 1; round <= 3; round++) {
        assert_true(pty_wait_text(&p, "END"));
        size_t before = p.output.len;
        pty_send(&p, "\x1a");
        assert_true(pty_wait_output(&p, before, "Stopped"));
        assert_true(pty_wait_output(&p, before, "ready>"));
        assert_restored(&p);
        // what changed while it slept is taken in
        pty_resize(&p, 80 + round, 24 + round);
        struct str want;
        str_init(&want);
        str_addf(&want, "size %dx%d", 80 + round, 24 + round);
        pty_send(&p, "fg\n");
        assert_true(pty_wait_text(&p, want.text));
        assert_true(pty_wait_no_text(&p, "Stopped"));
        assert_true(p.on_alternate);
        assert_int_equal(pty_modes(&p).c_lflag & ICANON, 0);
        str_finish(&want);
    }
    pty_send(&p, "q");
    assert_true(pty_wait_text(&p, "notice:"));
    assert_restored(&p);
    pty_send(&p, "exit 0\n");
    assert_true(pty_wait_exit(&p));
    pty_finish(&p);
}

static void starts_on_many_terminals(void **state)
{
    (void)state;
    static const struct {
        const char *term;
        const char *notice;
        bool unicode;
    } cases[] = {
        {"xterm-256color", "notice:", true},
        {"xterm", "notice:", true},
        {"screen", "notice:", true},
        {"screen-256color", "notice:", true},
        {"tmux", "notice:", true},
        {"tmux-256color", "notice:", true},
        {"linux", "notice:", false},
        {"vt100", "notice:", false},
        {"vt220", "notice:", false},
        {"xterm-hyper", "notice: TERM=xterm-hyper is not known on this machine; drawing for", true},
        {"", "notice: TERM is not set; drawing for xterm-256color.", true},
        {NULL, "notice: TERM is not set; drawing for xterm-256color.", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pty p;
        start(&p, cases[i].term, "auto");
        assert_true(pty_wait_text(&p, cases[i].unicode ? "\u6f22\u5b57|" : "plain|"));
        pty_send(&p, "q");
        assert_true(pty_wait_exit(&p));
        assert_int_equal(WEXITSTATUS(p.status), 0);
        assert_restored(&p);
        assert_true(pty_wait_text(&p, cases[i].notice));
        pty_finish(&p);
    }
}

/** As in a container: no terminfo anywhere. */
static void starts_without_a_database(void **state)
{
    (void)state;
    struct str program;
    str_init(&program);
    str_addf(&program, "%s", demo);
    char unshare[] = "unshare", mount[] = "-rm", sh[] = "sh", c[] = "-c";
    char script[] = "for d in /etc/terminfo /lib/terminfo /usr/share/terminfo; do "
                    "[ ! -d $d ] || mount -t tmpfs none $d || exit 77; done; exec \"$0\" auto";
    char *argv[] = {unshare, mount, sh, c, script, program.text, NULL};
    char path[] = "PATH=/usr/bin:/bin:/usr/sbin:/sbin", locale[] = "LC_ALL=C.UTF-8";
    char term[] = "TERM=xterm-kitty";
    char *env[] = {path, locale, term, NULL};
    struct pty p;
    pty_start(&p, argv, env, 80, 24);
    if (!pty_wait_text(&p, "size 80x24")) {
        // without the right to mount there is nothing to see here
        bool refused = strstr(p.output.text, "refused:") != NULL;
        pty_finish(&p);
        str_finish(&program);
        assert_false(refused);
        skip();
    }
    assert_true(pty_wait_text(&p, "END"));
    VTermScreenCell cell = cell_of(&p, ROLE_CRITICAL, false);
    assert_index(&cell.fg, 203);
    quit(&p);
    str_finish(&program);
}

static void refuses_a_dumb_terminal(void **state)
{
    (void)state;
    struct pty p;
    start_sized(&p, "dumb", "auto", "C.UTF-8", 80, 24);
    assert_true(pty_wait_exit(&p));
    assert_int_equal(WEXITSTATUS(p.status), 1);
    assert_true(pty_wait_text(&p, "The terminal (TERM=dumb) cannot place a cursor; use `ragtop "));
    assert_null(strchr(p.output.text, '\033'));
    assert_restored(&p);
    pty_finish(&p);
}

static void refuses_a_pipe(void **state)
{
    (void)state;
    char sh[] = "/bin/sh", c[] = "-c", term[] = "TERM=xterm-256color";
    char *const program = (char *)(uintptr_t)demo;
    char scripts[][32] = {"\"$0\" auto </dev/null", "\"$0\" auto | cat"};
    static const char *const sentences[] = {"The input is not", "The output is not"};
    for (int i = 0; i < 2; i++) {
        char *argv[] = {sh, c, scripts[i], program, NULL};
        char *env[] = {term, NULL};
        struct pty p;
        pty_start(&p, argv, env, 80, 24);
        assert_true(pty_wait_exit(&p));
        assert_true(pty_wait_text(&p, sentences[i]));
        assert_null(strchr(p.output.text, '\033'));
        pty_finish(&p);
    }
}

static void draws_plain_in_the_c_locale(void **state)
{
    (void)state;
    struct pty p;
    start_sized(&p, "xterm-256color", "auto", "C", 80, 24);
    assert_true(pty_wait_text(&p, "plain|"));
    assert_true(pty_wait_text(&p, "END"));
    quit(&p);
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    if (argc != 2) {
        fprintf(stderr, "usage: test_term TERMDEMO\n");
        return 2;
    }
    demo = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_text),
        cmocka_unit_test(shows_256_colors),
        cmocka_unit_test(shows_24_bits),
        cmocka_unit_test(other_depths_are_kept),
        cmocka_unit_test(shows_16_colors),
        cmocka_unit_test(shows_bright_as_bold_with_8_colors),
        cmocka_unit_test(nothing_is_underlined),
        cmocka_unit_test(takes_the_richer_entry_when_asked),
        cmocka_unit_test(never_means_no_color),
        cmocka_unit_test(unchanged_frames_send_nothing),
        cmocka_unit_test(synchronizes_where_the_terminal_does),
        cmocka_unit_test(notices_are_clean),
        cmocka_unit_test(blocks_are_for_listed_terminals),
        cmocka_unit_test(pieces_of_answers_are_no_keys),
        cmocka_unit_test(keys_that_look_like_answers_are_keys),
        cmocka_unit_test(a_console_is_not_asked),
        cmocka_unit_test(rows_that_move_are_not_scrolled),
        cmocka_unit_test(repaints),
        cmocka_unit_test(the_clipboard_is_wrapped_for_who_is_between),
        cmocka_unit_test(long_texts_are_cut_for_screen),
        cmocka_unit_test(clicks_come_with_their_place),
        cmocka_unit_test(changes_themes),
        cmocka_unit_test(follows_a_storm_of_resizes),
        cmocka_unit_test(follows_every_resize),
        cmocka_unit_test(size_is_usual_where_unknown),
        cmocka_unit_test(reads_keys),
        cmocka_unit_test(quits_by_control_c),
        cmocka_unit_test(restores_at_sigterm),
        cmocka_unit_test(restores_in_a_fatal_handler),
        cmocka_unit_test(restores_before_a_death_is_reported),
        cmocka_unit_test(notices_a_lost_terminal),
        cmocka_unit_test(suspends_under_a_shell),
        cmocka_unit_test(starts_on_many_terminals),
        cmocka_unit_test(starts_without_a_database),
        cmocka_unit_test(refuses_a_dumb_terminal),
        cmocka_unit_test(refuses_a_pipe),
        cmocka_unit_test(draws_plain_in_the_c_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
