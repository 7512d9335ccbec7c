#include <string.h>

#include "base/arena.h"
#include "base/names.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/wrap.h"
#include "draw/canvas.h"
#include "draw/frame.h"
#include "draw/paragraph.h"
#include "export/about.h"
#include "export/escape.h"
#include "export/report.h"
#include "export/report_alerts.h"
#include "words/change_words.h"

enum { TEXT_WIDTH = 100 };

int report_exit_status(const struct verdict *v)
{
    switch (v->severity) {
    case SEVERITY_OK: return 0;
    case SEVERITY_WARNING: return 1;
    case SEVERITY_CRITICAL: return 2;
    case SEVERITY_UNKNOWN: break;
    }
    return 3;
}

// Nothing that means something to a reader of Markdown or CSV may come about here.
static char ascii_for(uint32_t ch, char next)
{
    if (ch < 0x80) {
        return (char)ch;
    }
    bool last = next == '\0' || strchr(" \n\"", next); // else a dot may make a domain
    return ch == 0xD7             ? 'x'
           : ch == 0x2514         ? '\''
           : ch == 0x2013         ? '-'
           : ch == 0x2026 && last ? '.'
                                  : '?';
}

void report_make_ascii(struct str *s)
{
    struct str plain;
    str_init(&plain);
    const char *text = s->text;
    for (uint32_t ch; (ch = utf8_next(&text)) != 0;) {
        if (ch == 0x2192) {
            str_add(&plain, "->");
        } else {
            str_addc(&plain, ascii_for(ch, *text));
        }
    }
    str_finish(s);
    *s = plain;
}

static void add_wrapped(struct str *s, const char *first, const char *text, int width, bool ascii)
{
    int indent = utf8_width(first);
    int room = (width ? width : TEXT_WIDTH) - indent;
    room = room < 20 ? 20 : room;
    int lines = wrap_lines(text, room);
    struct canvas c;
    canvas_init(&c, room + indent, lines);
    canvas_text(&c, 0, 0, indent, first, ROLE_NORMAL);
    paragraph_draw(&c, (struct rect){indent, 0, room, lines}, text, ROLE_NORMAL, "");
    if (ascii) {
        canvas_make_ascii(&c);
    }
    canvas_add_text(&c, s);
    canvas_finish(&c);
}

static void add_notes(struct str *s, const struct view_source *source, int width, bool ascii)
{
    struct str first, line;
    str_init(&first);
    str_init(&line);
    about_add_label(&line, source->name);
    str_addf(&first, _("%s: %s"), line.text, "");
    str_clear(&line);
    for (size_t i = 0; about_add_warning(&line, source, i); i++) {
        add_wrapped(s, first.text, line.text, width, ascii);
        str_clear(&line);
    }
    str_finish(&first);
    str_finish(&line);
}

// What else changed when it began.
static void add_changed(struct str *s, const struct words *w, int width, bool ascii)
{
    enum { MOST = 6 };
    const char *near[MOST + 1] = {NULL};
    struct arena a = {0};
    size_t others, count = change_near(&a, w, true, near, MOST, &others);
    if (count > 0) {
        const char *named = names_some(&a, near, NAMES_COMMA, others);
        // TRANSLATORS: "changed: 09:09 rollout of qdrant (1.4 -> 1.5), 09:10 rerank-0 evicted"
        add_wrapped(s, "  - ", arena_printf(&a, _("changed: %s"), named), width, ascii);
    }
    arena_finish(&a);
}

void report_add_table(
    struct str *s, const struct view *v, const struct report *r, int width, bool ascii)
{
    const struct words *w = &r->sources[r->worst].words;
    struct canvas c;
    struct str line;
    str_init(&line);
    canvas_init(&c, frame_table_width(v, width), frame_table_height(v));
    frame_draw_tables(&c, v, ascii ? GLYPHS_ASCII : GLYPHS_SHADES);
    canvas_add_text(&c, s);
    canvas_finish(&c);
    str_addc(s, '\n');
    add_wrapped(s, "", v->summary.text, width, ascii);
    for (size_t i = 0; i < w->diagnosis->verdict.evidence_count; i++) {
        str_clear(&line);
        words_add_evidence(&line, w, i);
        add_wrapped(s, "  - ", line.text, width, ascii);
    }
    size_t more = w->diagnosis->verdict.evidence_more;
    if (more > 0) {
        str_add(s, "  - ");
        str_addf(s, text_count("and %zu more", "and %zu more", (double)more), more);
        str_addc(s, '\n');
    }
    add_changed(s, w, width, ascii);
    struct words_step step;
    struct str next;
    str_init(&next);
    for (size_t i = 0; words_next(&step, w, i); i++) {
        str_clear(&line);
        str_clear(&next);
        words_add_step(&line, &step);
        str_addf(&next, _("next: %s"), line.text);
        str_add(s, "  ");
        str_addf(s, _("%s: %s"), next.text, "");
        str_clear(&line);
        words_add_promql(&line, w, step.signal, step.promql);
        escape_promql(s, line.text); // unbroken, to be copied
        str_addc(s, '\n');
    }
    str_finish(&next);
    for (size_t i = 0; i < r->count; i++) {
        str_clear(&line);
        alerts_add(&line, &r->sources[i]);
        if (line.len > 0) {
            add_wrapped(s, "", line.text, width, ascii);
        }
    }
    for (size_t i = 0; i < r->count; i++) {
        str_clear(&line);
        about_add_source(&line, &r->sources[i], true);
        add_wrapped(s, "", line.text, width, ascii);
    }
    for (size_t i = 0; i < r->count; i++) {
        add_notes(s, &r->sources[i], width, ascii);
    }
    str_finish(&line);
}
