#include "export/escape.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    char lower = ascii_lower(c);
    return is_digit(c) || (lower >= 'a' && lower <= 'z');
}

static bool is_beyond_ascii(char c)
{
    return (unsigned char)c >= 0x80;
}

static bool ends_word(char c)
{
    return c == '\0' || c == ',';
}

static bool ends_number(char c)
{
    return c == '\0' || strchr(",.;:)", c);
}

/** Whether the sign at P, within a word that begins at START, means nothing but itself there. */
static bool is_harmless(const char *start, const char *p)
{
    char before = p > start ? p[-1] : '\0', after = p[1];
    switch (*p) {
    case ',':
    case '"':
    case '\'':
    case '(':
    case ')': return true;
    case ';': return after == '\0';
    case '?': return ends_word(after);
    case '=': return before != '=';
    case '.': return is_digit(after) || ends_number(after); // else it may be a domain
    case ':': return is_digit(after) || after == '\0';
    case '/': return (is_word(before) && after != '/') || p[strspn(p, "/")] == '\0';
    case '%': return ends_number(after);
    case '+':
    case '-':
        return is_word(before) || is_digit(after) || ends_word(after) ||
               (*p == '+' && after == '-');
    case '_': return is_word(before) && is_word(after);
    case '!': return after == '!' || ends_word(after);
    case '<':
    case '>': return p == start && (after == '\0' || strcmp(p + 1, "=") == 0);
    default: return false;
    }
}

/** `:100:` is an emoji; the colons of a time have two digits between them. */
static bool has_emoji(const char *word)
{
    const char *colon = strchr(word, ':');
    for (const char *next; colon && (next = strchr(colon + 1, ':')) != NULL; colon = next) {
        if (next - colon != 3) {
            return true;
        }
    }
    return false;
}

/** Whether WORD holds the hash of a commit or `GH-12`, which GitHub makes links of. */
static bool has_reference(const char *word)
{
    for (const char *p = word; *p;) {
        size_t len = 0, hex = 0, digits = 0;
        while (is_word(p[len])) {
            digits += is_digit(p[len]);
            hex += strchr("0123456789abcdef", p[len]) != NULL;
            len++;
        }
        bool hash = len >= 7 && len <= 40 && hex == len && digits > 0 && digits < len;
        if (hash || (ascii_same_n(p, "gh-", 3) && is_digit(p[3]))) {
            return true;
        }
        p += len > 0 ? len : 1;
    }
    return false;
}

static bool holds_www(const char *word)
{
    for (const char *p = word; *p; p++) {
        if (ascii_same_n(p, "www.", 4)) {
            return true;
        }
    }
    return false;
}

/** Whether no reader of Markdown makes anything but text of WORD. */
static bool is_plain(const char *word)
{
    for (const char *p = word; *p; p++) {
        if (!is_word(*p) && !is_beyond_ascii(*p) && !is_harmless(word, p)) {
            return false;
        }
    }
    return !has_emoji(word) && !has_reference(word) && !holds_www(word);
}

/** Whether WORD, the first of a line, would begin a list, a quotation or a heading. */
static bool begins_block(const char *word)
{
    size_t digits = strspn(word, "0123456789");
    return *word == '>' || (*word && strchr("+-=", *word) && word[1] == '\0') ||
           (digits > 0 && word[digits] && strchr(".)", word[digits]) && word[digits + 1] == '\0');
}

enum { FENCE_MAX = 40 }; // readers of Markdown know some eighty backticks at most

/** The shortest fence for TEXT in code: a run of backticks that is not within it; 0: too long. */
static size_t fence_for(const char *text)
{
    bool taken[FENCE_MAX + 1] = {false};
    for (const char *p = text; *p;) {
        size_t run = strspn(p, "`");
        if (run <= FENCE_MAX) {
            taken[run] = true;
        }
        p += run + strcspn(p + run, "`");
    }
    for (size_t fence = 1; fence <= FENCE_MAX; fence++) {
        if (!taken[fence]) {
            return fence;
        }
    }
    return 0;
}

/** Adds the LEN bytes of TEXT, more than none and on one line, as a code span. */
static void add_code(struct str *s, const char *text, size_t len)
{
    static const char fences[FENCE_MAX + 1] = "````````````````````````````````````````";
    struct str code;
    str_init(&code);
    str_append(&code, text, len);
    size_t fence = fence_for(code.text);
    for (char *p = code.text; fence == 0 && *p; p++) {
        *p = *p == '`' ? '\'' : *p; // runs of every length: nobody's name
    }
    fence = fence > 0 ? fence : 1;
    bool pad = code.text[0] == '`' || code.text[len - 1] == '`';
    str_append(s, fences, fence);
    str_addf(s, pad ? " %s " : "%s", code.text);
    str_append(s, fences, fence);
    str_finish(&code);
}

/** Adds WORD in code, but for a comma or full stop at its end. */
static void add_coded(struct str *s, const char *word)
{
    size_t len = strlen(word);
    bool stop = len > 1 && strchr(",.;:", word[len - 1]);
    add_code(s, word, len - stop);
    str_add(s, word + len - stop);
}

static bool is_blank(uint32_t ch)
{
    return ch == ' ' || ch == 0xA0 || ch == 0x1680 || (ch >= 0x2000 && ch <= 0x200A) ||
           ch == 0x202F || ch == 0x205F || ch == 0x3000;
}

/** Adds TEXT cleaned, every blank an ordinary one. */
static void add_spaced(struct str *s, const char *text)
{
    struct str clean;
    str_init(&clean);
    escape_text(&clean, text);
    const char *p = clean.text;
    for (uint32_t ch; (ch = utf8_next(&p)) != 0;) {
        utf8_add(s, is_blank(ch) ? ' ' : ch);
    }
    str_finish(&clean);
}

// How long the code at P is that the text itself marks, as in "see `ragtop report`": what is
// ragtop's own has it. 0: none begins there, as within a word.
static size_t marked_code(const char *start, const char *p)
{
    bool apart = p == start || p[-1] == ' ' || is_beyond_ascii(p[-1]);
    bool opens = *p == '`' && p[1] != '`' && apart;
    size_t len = opens ? strcspn(p + 1, "`|") : 0;
    const char *end = p + 1 + len;
    bool closes = opens && len > 0 && *end == '`' && end[1] != '`' && p[1] != ' ' && end[-1] != ' ';
    bool ended = closes && (strchr(" ,.;:)", end[1]) || is_beyond_ascii(end[1]));
    return ended ? len + 2 : 0;
}

/** Whether CH is a character or a mark of Chinese, which stand beside words without a blank. */
static bool is_chinese(uint32_t ch)
{
    return (ch > 0x3000 && ch < 0xA000) || (ch > 0xFF00 && ch < 0xFF61);
}

/** How many bytes at P are Chinese, or up to what is, or is a blank or `|`, if OTHERS. */
static size_t run_of(const char *p, bool others)
{
    const char *end = p;
    for (const char *next = p; *end; end = next) {
        uint32_t ch = utf8_next(&next);
        if (is_chinese(ch) == others || (others && (ch == ' ' || ch == '|'))) {
            break;
        }
    }
    return (size_t)(end - p);
}

static void add_markdown(struct str *s, const char *text, bool line_start)
{
    struct str spaced, word;
    str_init(&spaced);
    str_init(&word);
    add_spaced(&spaced, text);
    bool first = true;
    for (const char *p = spaced.text; *p;) {
        size_t blanks = strspn(p, " ");
        p += blanks;
        str_add(s, *p && blanks > 0 && !first ? " " : "");
        size_t code = marked_code(spaced.text, p);
        if (code > 0) {
            add_code(s, p + 1, code - 2);
            p += code;
            size_t stop = strspn(p, ",.;:)");
            str_append(s, p, stop);
            p += stop;
            first = false;
            continue;
        }
        size_t chinese = run_of(p, false);
        if (chinese > 0) {
            str_append(s, p, chinese);
            p += chinese;
            first = false;
            continue;
        }
        size_t len = run_of(p, true);
        str_clear(&word);
        str_append(&word, p, len);
        if (len > 0 && is_plain(word.text) && !(first && line_start && begins_block(word.text))) {
            str_add(s, word.text);
        } else if (len > 0) {
            add_coded(s, word.text);
        } else if (*p == '|') {
            str_add(s, "\\|");
            len = 1;
        }
        p += len;
        first = false;
    }
    str_finish(&spaced);
    str_finish(&word);
}

void escape_markdown(struct str *s, const char *text)
{
    add_markdown(s, text, false);
}

void escape_markdown_line(struct str *s, const char *text)
{
    add_markdown(s, text, true);
}

void escape_markdown_promql(struct str *s, const char *promql)
{
    struct str line;
    str_init(&line);
    escape_promql(&line, promql);
    if (line.len > 0) {
        add_code(s, line.text, line.len);
    }
    str_finish(&line);
}
