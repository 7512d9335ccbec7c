#include "term/entry.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "term/entry_fallback.h"

// last: it makes macros of common words
#include <term.h>

enum { MAX_NAME_BYTES = 40, RICH_COLORS = 256 };

static const char guess[] = "xterm-256color";

/** What an entry can do. */
struct ability {
    bool places_cursor;
    int colors;
};

/** Looks NAME up; false when there is no such entry, or none that describes a terminal. */
static bool probe(const char *name, struct ability *out)
{
    int status = 0;
    if (!name || !*name || setupterm(name, 1, &status) != OK) {
        return false;
    }
    const char *cup = tigetstr("cup");
    // tigetstr() returns (char *)-1 for a name it does not know
    out->places_cursor = cup && cup != (const char *)-1;
    out->colors = tigetnum("colors");
    del_curterm(cur_term);
    return true;
}

/** Looks the guess up in the database, or else installs the one compiled in. */
static bool probe_guess(struct ability *out)
{
    if (probe(guess, out)) {
        return true;
    }
    return setenv("TERMINFO", xterm_256color, 1) == 0 && probe(guess, out);
}

/** The richer entry of NAME's family, or NULL. */
static const char *richer(const char *name)
{
    static const struct {
        const char *family;
        const char *entry;
    } families[] = {
        {"xterm", guess},
        {"screen", "screen-256color"},
        {"tmux", "tmux-256color"},
    };
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        if (strncmp(name, families[i].family, strlen(families[i].family)) == 0) {
            return families[i].entry;
        }
    }
    return NULL;
}

static void say_guess(const char *term, struct str *notice)
{
    if (!term || !*term) {
        str_setf(notice, _("TERM is not set; drawing for %s."), guess);
        return;
    }
    struct str name;
    str_init(&name);
    utf8_add_clean(&name, term, MAX_NAME_BYTES);
    str_setf(notice, _("TERM=%s is not known on this machine; drawing for %s."), name.text, guess);
    str_finish(&name);
}

bool entry_choose(bool rich, struct str *name, struct str *notice, struct str *why)
{
    const char *term = getenv("TERM");
    struct ability ability = {0};
    if (!probe(term, &ability)) {
        if (!probe_guess(&ability)) {
            str_setf(why,
                _("There is no terminfo entry for this terminal and none for %s; use "
                  "`ragtop report` or `ragtop --screenshot`."),
                guess);
            return false;
        }
        say_guess(term, notice);
        str_setf(name, "%s", guess);
        return true;
    }
    if (!ability.places_cursor) {
        struct str shown;
        str_init(&shown);
        utf8_add_clean(&shown, term, MAX_NAME_BYTES);
        str_setf(why,
            _("The terminal (TERM=%s) cannot place a cursor; use `ragtop report` or `ragtop "
              "--screenshot`, or set TERM to what the terminal is."),
            shown.text);
        str_finish(&shown);
        return false;
    }
    str_setf(name, "%s", term);
    if (rich && ability.colors < RICH_COLORS) {
        const char *other = richer(term);
        if (probe(other, &ability) && ability.colors >= RICH_COLORS) {
            str_setf(name, "%s", other);
        }
    }
    return true;
}

bool entry_lacks_unicode(const char *name)
{
    static const char *const plain[] = {"linux", "ansi", "pcansi", "cons25", "sun", "wsvt25"};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (strcmp(name, plain[i]) == 0) {
            return true;
        }
    }
    // vt100, vt220 and their kind, but not vte
    return strncmp(name, "vt", 2) == 0 && name[2] >= '0' && name[2] <= '9';
}

bool entry_prints_requests(const char *name)
{
    const char *program = getenv("TERM_PROGRAM");
    return entry_lacks_unicode(name) || (program && strcmp(program, "Apple_Terminal") == 0);
}
