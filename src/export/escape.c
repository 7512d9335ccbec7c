#include "export/escape.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"

void escape_text(struct str *s, const char *text)
{
    utf8_add_clean(s, text ? text : "", SIZE_MAX);
}

// --- PromQL

/** Adds CH, which the LEN bytes at FROM are, as it may stand in a string quoted with QUOTE. */
static void add_quoted(struct str *s, uint32_t ch, const char *from, ptrdiff_t len, char quote)
{
    bool malformed = ch == UTF8_REPLACEMENT && len == 1;
    if (!malformed && utf8_is_safe(ch)) {
        utf8_add(s, ch);
    } else if (quote == '`') { // has no escapes
        utf8_add(s, ch == '\n' || ch == '\t' ? ' ' : UTF8_REPLACEMENT);
    } else if (malformed) {
        str_addf(s, "\\x%02x", (unsigned)(unsigned char)*from);
    } else {
        str_addf(s, ch < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)ch);
    }
}

/** Adds the string that starts at P, and returns what follows it. */
static const char *add_string(struct str *s, const char *p)
{
    char quote = *p++;
    str_addc(s, quote);
    while (*p) {
        const char *from = p;
        uint32_t ch = utf8_next(&p);
        add_quoted(s, ch, from, p - from, quote);
        if (ch == (uint32_t)quote) {
            break;
        }
        if (ch == '\\' && quote != '`' && (*p == '\\' || *p == quote)) {
            str_addc(s, *p++);
        }
    }
    return p;
}

void escape_promql(struct str *s, const char *promql)
{
    struct str line;
    str_init(&line);
    for (const char *p = promql ? promql : ""; *p;) {
        if (strchr("\"'`", *p)) {
            p = add_string(&line, p);
        } else if (*p == '#') {
            p += strcspn(p, "\n");
        } else if (strchr(" \t\r\n", *p)) {
            p += strspn(p, " \t\r\n");
            bool apart = line.len == 0 || line.text[line.len - 1] == ' ';
            str_add(&line, apart ? "" : " ");
        } else {
            uint32_t ch = utf8_next(&p);
            utf8_add(&line, utf8_is_safe(ch) ? ch : UTF8_REPLACEMENT);
        }
    }
    while (line.len > 0 && line.text[line.len - 1] == ' ') { // before a comment
        line.text[--line.len] = '\0';
    }
    str_append(s, line.text, line.len);
    str_finish(&line);
}

// --- CSV

static bool is_number(const char *text)
{
    text += *text == '-' || *text == '+';
    size_t whole = strspn(text, "0123456789"), part = 0;
    text += whole;
    if (*text == '.') {
        part = strspn(text + 1, "0123456789");
        text += 1 + part;
    }
    if (whole + part > 0 && ascii_lower(*text) == 'e') {
        text++;
        text += *text == '-' || *text == '+';
        whole = strspn(text, "0123456789");
        text += whole;
    }
    return whole + part > 0 && *text == '\0';
}

/** Whether a spreadsheet would take TEXT for a formula; some also know the wide signs. */
static bool is_formula(const char *text)
{
    text += strspn(text, " ");
    uint32_t ch = utf8_next(&text);
    return ch == '=' || ch == '+' || ch == '-' || ch == '@' || ch == 0xFF1D || ch == 0xFF0B ||
           ch == 0xFF0D || ch == 0xFF20;
}

void escape_csv(struct str *s, const char *text)
{
    struct str clean;
    str_init(&clean);
    escape_text(&clean, text);
    str_add(s, is_formula(clean.text) && !is_number(clean.text) ? "\"'" : "\"");
    for (const char *p = clean.text; *p; p++) {
        str_addc(s, *p);
        if (*p == '"') {
            str_addc(s, '"');
        }
    }
    str_addc(s, '"');
    str_finish(&clean);
}

// --- XML

void escape_xml(struct str *s, const char *text)
{
    struct str clean;
    str_init(&clean);
    escape_text(&clean, text); // what is safe is within XML's Char
    for (const char *p = clean.text; *p; p++) {
        switch (*p) {
        case '<': str_add(s, "&lt;"); break;
        case '>': str_add(s, "&gt;"); break;
        case '&': str_add(s, "&amp;"); break;
        case '"': str_add(s, "&quot;"); break;
        case '\'': str_add(s, "&apos;"); break;
        default: str_addc(s, *p); break;
        }
    }
    str_finish(&clean);
}

// --- JSON

void escape_json(struct str *s, const char *document)
{
    for (uint32_t ch; (ch = utf8_next(&document)) != 0;) {
        if (ch < 0x7F) { // those of a string are escaped, the others are layout
            str_addc(s, (char)ch);
        } else if (utf8_is_safe(ch)) {
            utf8_add(s, ch);
        } else if (ch < 0x10000) {
            str_addf(s, "\\u%04x", (unsigned)ch);
        } else {
            str_addf(s, "\\u%04x\\u%04x", (unsigned)(0xD800 + ((ch - 0x10000) >> 10)),
                (unsigned)(0xDC00 + (ch & 0x3FF)));
        }
    }
}
