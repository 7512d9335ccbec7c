#include "term/direct.h"

#include <curses.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"

// last: it makes macros of common words
#include <term.h>

enum {
    MAGIC_32_BIT = 01036, /**< term(5): numbers of four bytes */
    COLORS_24_BIT = 1 << 24,
    PAIRS_MOST = 0x7FFF,
    ABSENT = -1,
    NAMES_MAX = 128,
    STRINGS_MAX = 512,
    MODIFIERS_FIRST = 2, /**< of keys pressed with shift, alt, control: kLFT2 and so on */
    MODIFIERS_LAST = 8,
};

/** Strings of an entry: each value once, with where it begins. */
struct table {
    struct str text;
    int offsets[STRINGS_MAX];
    int count;
};

// As xterm-direct has them, with the separators that all terminals take. Numbers below 8 stay the
// terminal's own colours.
static const char set_fg[] = "\x1b[%?%p1%{8}%<%t3%p1%d%e38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;"
                             "%p1%{255}%&%d%;m";
static const char set_bg[] = "\x1b[%?%p1%{8}%<%t4%p1%d%e48;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;"
                             "%p1%{255}%&%d%;m";

static void add_16(struct str *s, int value)
{
    str_addc(s, (char)(value & 0xFF));
    str_addc(s, (char)(value >> 8 & 0xFF));
}

static void add_32(struct str *s, int32_t value)
{
    add_16(s, value & 0xFFFF);
    add_16(s, value >> 16 & 0xFFFF);
}

static void pad(struct str *s)
{
    if (s->len % 2) {
        str_addc(s, '\0');
    }
}

static void table_add(struct table *t, const char *value)
{
    bool known = value && value != (const char *)-1 && t->count < STRINGS_MAX;
    if (t->count < STRINGS_MAX) {
        t->offsets[t->count++] = known ? (int)t->text.len : ABSENT;
    }
    if (known) {
        str_append(&t->text, value, strlen(value) + 1);
    }
}

static void add_offsets(struct str *s, const struct table *t, int from)
{
    for (int i = 0; i < t->count; i++) {
        add_16(s, t->offsets[i] == ABSENT ? ABSENT : t->offsets[i] - from);
    }
}

static bool flag_of(const char *name)
{
    // the palette is not redefined
    return strcmp(name, "ccc") != 0 && tigetflag(name) > 0;
}

static int32_t number_of(const char *name)
{
    if (strcmp(name, "colors") == 0) {
        return COLORS_24_BIT;
    }
    if (strcmp(name, "pairs") == 0) {
        return PAIRS_MOST;
    }
    int value = tigetnum(name);
    return value < 0 ? ABSENT : value;
}

static const char *string_of(const char *name)
{
    static const char *const palette[] = {"initc", "initp", "oc", "setf", "setb"};
    for (size_t i = 0; i < sizeof palette / sizeof *palette; i++) {
        if (strcmp(name, palette[i]) == 0) {
            return NULL;
        }
    }
    return strcmp(name, "setaf") == 0   ? set_fg
           : strcmp(name, "setab") == 0 ? set_bg
                                        : tigetstr(name);
}

static void add_standard(struct str *s, const char *name)
{
    struct table strings = {.count = 0};
    str_init(&strings.text);
    for (int i = 0; i < STRWRITE; i++) {
        table_add(&strings, string_of(strnames[i]));
    }
    add_16(s, MAGIC_32_BIT);
    add_16(s, (int)strlen(name) + 1);
    add_16(s, BOOLWRITE);
    add_16(s, NUMWRITE);
    add_16(s, STRWRITE);
    add_16(s, (int)strings.text.len);
    str_append(s, name, strlen(name) + 1);
    for (int i = 0; i < BOOLWRITE; i++) {
        str_addc(s, flag_of(boolnames[i]));
    }
    pad(s);
    for (int i = 0; i < NUMWRITE; i++) {
        add_32(s, number_of(numnames[i]));
    }
    add_offsets(s, &strings, 0);
    str_append(s, strings.text.text, strings.text.len);
    pad(s);
    str_finish(&strings.text);
}

// Keys with modifiers are extensions; without them ncurses would take their sequences apart.
static int modified_keys(char (*names)[8], struct table *values)
{
    static const char *const keys[] = {
        "kDC", "kDN", "kEND", "kHOM", "kIC", "kLFT", "kNXT", "kPRV", "kRIT", "kUP"};
    int count = 0;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        for (int m = MODIFIERS_FIRST - 1; m <= MODIFIERS_LAST && count < NAMES_MAX; m++) {
            char name[8] = {0};
            size_t len = strlen(keys[i]);
            memcpy(name, keys[i], len);
            name[len] = m < MODIFIERS_FIRST ? '\0' : (char)('0' + m);
            bool standard = m < MODIFIERS_FIRST && strcmp(keys[i], "kDN") && strcmp(keys[i], "kUP");
            const char *value = standard ? NULL : tigetstr(name);
            if (value && value != (const char *)-1) {
                memcpy(names[count++], name, sizeof name);
                table_add(values, value);
            }
        }
    }
    return count;
}

static void add_extended(struct str *s)
{
    char names[NAMES_MAX][8];
    struct table table = {.count = 0};
    str_init(&table.text);
    int keys = modified_keys(names, &table);
    int names_at = (int)table.text.len, values = table.count;
    table_add(&table, "RGB");
    for (int i = 0; i < keys; i++) {
        table_add(&table, names[i]);
    }
    for (int i = values; i < table.count; i++) {
        table.offsets[i] -= names_at;
    }
    add_16(s, 1);
    add_16(s, 0);
    add_16(s, keys);
    add_16(s, table.count);
    add_16(s, (int)table.text.len);
    str_addc(s, 1);
    pad(s);
    add_offsets(s, &table, 0);
    str_append(s, table.text.text, table.text.len);
    str_finish(&table.text);
}

bool direct_is_offered(void)
{
    const char *says = getenv("COLORTERM");
    return says && (strcmp(says, "truecolor") == 0 || strcmp(says, "24bit") == 0);
}

// Of the entry that is looked up: colours by the sequences of ECMA-48, as all but a few have them.
static bool takes_colors(void)
{
    const char *fg = tigetstr("setaf");
    bool ansi = fg && fg != (const char *)-1 && strncmp(fg, "\x1b[", 2) == 0;
    return ansi && tigetnum("colors") >= 8 && tigetnum("colors") < COLORS_24_BIT;
}

static bool make_entry(const char *name, struct str *terminfo)
{
    int status = 0;
    if (setupterm(name, 1, &status) != OK) {
        return false;
    }
    bool takes = takes_colors();
    if (takes) {
        struct str entry;
        str_init(&entry);
        add_standard(&entry, name);
        add_extended(&entry);
        str_setf(terminfo, "b64:");
        base64_add(terminfo, entry.text, entry.len);
        str_finish(&entry);
    }
    del_curterm(cur_term);
    return takes;
}

bool direct_begin(const char *name, struct str *before)
{
    struct str terminfo;
    str_init(&terminfo);
    const char *variable = getenv("TERMINFO");
    str_setf(before, "%s", variable ? variable : "");
    bool made = make_entry(name, &terminfo) && setenv("TERMINFO", terminfo.text, 1) == 0;
    str_finish(&terminfo);
    return made;
}

void direct_end(const struct str *before)
{
    if (before->len > 0) {
        setenv("TERMINFO", before->text, 1);
    } else {
        unsetenv("TERMINFO");
    }
}
