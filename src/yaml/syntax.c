#include "yaml/syntax.h"

#include <string.h>

#include "base/text.h"
#include "base/utf8.h"

enum { MOST_EVENTS = 20000, DEEPEST = 64 };

struct walk {
    int events, depth, documents;
    bool empty;
};

void syntax_set_place(struct str *why, const char *name, yaml_mark_t mark)
{
    str_clear(why);
    utf8_add_clean(why, name, strlen(name));
    str_addf(why, ":%zu:%zu: ", mark.line + 1, mark.column + 1);
}

/** Where byte OFFSET of TEXT is: libyaml gives no mark for bytes that it cannot decode. */
static yaml_mark_t mark_of(const char *text, size_t len, size_t offset)
{
    yaml_mark_t mark = {0};
    for (size_t i = 0; i < offset && i < len; i++) {
        if (text[i] == '\n') {
            mark.line++;
            mark.column = 0;
        } else if (((unsigned char)text[i] & 0xC0) != 0x80) { // continuation bytes take no column
            mark.column++;
        }
    }
    return mark;
}

/** The first byte of the character at MARK, whose index counts characters; 0: none. */
static char char_at(const char *text, size_t len, yaml_mark_t mark)
{
    size_t n = 0;
    for (size_t i = len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; i < len; i++) {
        if (((unsigned char)text[i] & 0xC0) != 0x80 && n++ == mark.index) {
            return text[i];
        }
    }
    return '\0';
}

/** What libyaml says, and a sentence for the reader. */
struct known {
    const char *problem, *words;
    bool late; /**< only noticed at the end: its start is the place to fix */
};

/** What libyaml says of its own state; NULL: something else. */
static const struct known *find_known(const yaml_parser_t *p)
{
    static const struct known all[] = {
        {"mapping values are not allowed in this context",
            N_("a ':' is not allowed here; fix the indentation, or put quotes around a value with "
               "': '"),
            false},
        {"did not find expected ',' or '}'",
            N_("a ',' or '}' is expected here; put quotes around a value that has { } [ ] or ,"),
            false},
        {"did not find expected ',' or ']'",
            N_("a ',' or ']' is expected here; put quotes around a value that has { } [ ] or ,"),
            false},
        {"did not find expected key",
            N_("a key is expected here; fix the indentation or the quotes"), false},
        {"did not find expected '-' indicator", N_("a '- ' is expected here; fix the indentation"),
            false},
        {"could not find expected ':'", N_("the ':' after a key is missing"), false},
        {"found unexpected end of stream", N_("a quote that starts here or above is never closed"),
            true},
        {"block sequence entries are not allowed in this context",
            N_("a '- ' is not allowed here; start the list on a line of its own"), false},
        {"exceeded max depth", N_("lists or mappings are nested too deeply"), false},
    };
    for (size_t i = 0; p->problem && i < sizeof all / sizeof *all; i++) {
        if (strncmp(p->problem, all[i].problem, strlen(all[i].problem)) == 0) {
            return &all[i];
        }
    }
    return NULL;
}

/**
 * A key on the line of MARK that is one character with a meaning of its own in YAML, as in
 * `[: earlier`: *MARK is moved there. 0: there is none.
 */
static char find_bare_key(const char *text, size_t len, yaml_mark_t *mark)
{
    size_t at = 0;
    for (size_t line = 0; at < len && line < mark->line; at++) {
        line += text[at] == '\n';
    }
    bool starts = true; // a key could begin here
    for (size_t i = at; i + 1 < len && text[i] != '\n'; i++) {
        bool ends = i + 2 == len || strchr(" \r\n", text[i + 2]);
        if (starts && text[i + 1] == ':' && ends && strchr("[]{},&*!|>%@`'\"", text[i])) {
            mark->column = i - at;
            return text[i];
        }
        starts = text[i] == '{' || text[i] == ',' || (starts && text[i] == ' ');
    }
    return '\0';
}

/** Whether what libyaml stumbled over is such a key; says so. */
static bool explain_bare_key(
    const yaml_parser_t *p, const char *name, const char *text, size_t len, struct str *why)
{
    yaml_mark_t marks[] = {p->problem_mark, p->context_mark, p->problem_mark};
    marks[2].line -= marks[2].line > 0; // a `!` is only missed behind its line
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        char key = find_bare_key(text, len, &marks[i]);
        if (key) {
            syntax_set_place(why, name, marks[i]);
            char quote = key == '\'' ? '"' : '\'';
            str_addf(why, _("put quotes around this key: %c%c%c"), quote, key, quote);
            return true;
        }
    }
    return false;
}

static void explain(
    const yaml_parser_t *p, const char *name, const char *text, size_t len, struct str *why)
{
    if (p->error == YAML_READER_ERROR) {
        syntax_set_place(why, name, mark_of(text, len, p->problem_offset));
        str_add(why, _("a byte here is not text; save the file as UTF-8"));
        return;
    }
    if (explain_bare_key(p, name, text, len, why)) {
        return;
    }
    yaml_mark_t mark = p->problem_mark;
    char at = char_at(text, len, mark);
    const struct known *known = at == '\t' ? NULL : find_known(p);
    syntax_set_place(why, name, known && known->late && p->context ? p->context_mark : mark);
    if (at == '\t') {
        str_add(why, _("tabs cannot indent YAML; use spaces"));
    } else if (known) {
        str_add(why, _(known->words));
    } else if (at == '@' || at == '`' || at == '%') {
        str_addf(why, _("a value cannot start with '%c'; put quotes around it"), at);
    } else {
        str_addf(why, _("this is not YAML (%s)"), p->problem ? p->problem : _("out of memory"));
    }
}

static bool has_anchor(const yaml_event_t *e)
{
    return (e->type == YAML_SCALAR_EVENT && e->data.scalar.anchor) ||
           (e->type == YAML_SEQUENCE_START_EVENT && e->data.sequence_start.anchor) ||
           (e->type == YAML_MAPPING_START_EVENT && e->data.mapping_start.anchor);
}

/** What is wrong with event E after those before it; NULL: nothing. */
static const char *event_fault(struct walk *w, const yaml_event_t *e)
{
    bool starts = e->type == YAML_SEQUENCE_START_EVENT || e->type == YAML_MAPPING_START_EVENT;
    bool ends = e->type == YAML_SEQUENCE_END_EVENT || e->type == YAML_MAPPING_END_EVENT;
    w->depth += starts - ends;
    w->documents += e->type == YAML_DOCUMENT_START_EVENT;
    if (e->type == YAML_ALIAS_EVENT || has_anchor(e)) {
        return _(
            "anchors (&) and aliases (*) are not supported; write the value out, or in quotes");
    }
    if (w->documents > 1) {
        return _("a second document starts here; only one is read");
    }
    if (++w->events > MOST_EVENTS) {
        return _("too large for a configuration file: over 20000 values");
    }
    if (w->depth > DEEPEST) {
        return _("lists or mappings are nested too deeply");
    }
    if (starts || (e->type == YAML_SCALAR_EVENT && e->data.scalar.length > 0)) {
        w->empty = false;
    }
    return NULL;
}

bool syntax_check(const char *name, const char *text, size_t len, bool *empty, struct str *why)
{
    yaml_parser_t parser;
    struct walk w = {.empty = true};
    if (!yaml_parser_initialize(&parser)) {
        str_setf(why, _("%s: out of memory"), name);
        return false;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
    bool good = true, done = false;
    while (good && !done) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            explain(&parser, name, text, len, why);
            good = false;
            break;
        }
        const char *fault = event_fault(&w, &event);
        if (fault) {
            syntax_set_place(why, name, event.start_mark);
            str_add(why, fault);
            good = false;
        }
        done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (good) {
        *empty = w.empty;
    }
    return good;
}
