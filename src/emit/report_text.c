#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "draw/canvas.h"
#include "draw/frame.h"
#include "draw/paragraph.h"
#include "emit/markdown.h"
#include "emit/report.h"
#include "emit/row.h"
#include "view/format.h"
#include "view/wrap.h"

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

void report_make_ascii(struct str *s)
{
    struct str plain;
    str_init(&plain);
    const char *text = s->text;
    for (uint32_t ch; (ch = utf8_next(&text)) != 0;) {
        str_addc(&plain, ch < 0x80 ? (char)ch : ch == 0x2514 ? '`' : ch == 0x2026 ? '.' : '?');
    }
    str_finish(s);
    *s = plain;
}

// Prometheus itself is what everybody expects.
static bool is_another_server(const char *server)
{
    return *server && (strncmp(server, "Prometheus ", 11) != 0 || strstr(server, " at "));
}

static void add_wrapped(struct str *s, const char *first, const char *text, int width, bool ascii)
{
    int indent = (int)strlen(first);
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

/** Sets *LINE to where and when source I was asked, and what its numbers mean. */
static void add_source(struct str *line, const struct report *r, size_t i)
{
    const struct view_source *source = &r->sources[i];
    const struct words *w = &source->words;
    str_setf(
        line, "%s%s%s, ", source->name ? source->name : "", source->name ? "  " : "", source->url);
    if (is_another_server(w->store->source.server)) {
        str_addf(line, "%s, ", w->store->source.server);
    }
    if (source->name && w->store->source.answered_ms == 0) {
        str_add(line, "which did not answer");
        return;
    }
    clock_add_local(line, w->diagnosis->tick_ms, "%Y-%m-%d %H:%M:%S %Z");
    str_add(line, ", window ");
    clock_add_duration(line, w->plan->window_ms);
    str_add(line, ", usual: ");
    words_add_usual(line, w);
}

static void add_notes(struct str *s, const struct view_source *source, int width, bool ascii)
{
    const struct words *w = &source->words;
    struct str first, line;
    str_init(&first);
    str_init(&line);
    str_addf(&first, "note%s%s: ", source->name ? ", " : "", source->name ? source->name : "");
    for (size_t i = 0; i < w->store->notes_count; i++) {
        add_wrapped(s, first.text, w->store->notes[i], width, ascii);
    }
    for (size_t i = 0; i < w->store->count; i++) {
        str_clear(&line);
        if (words_add_refused(&line, w, (int)i)) {
            add_wrapped(s, first.text, line.text, width, ascii);
        }
    }
    str_finish(&first);
    str_finish(&line);
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
    str_clear(&line);
    for (size_t i = 0; words_add_next(&line, w, i); i++) {
        str_addf(s, "  next: %s\n", line.text); // unbroken, to be copied
        str_clear(&line);
    }
    for (size_t i = 0; i < r->count; i++) {
        add_source(&line, r, i);
        add_wrapped(s, "", line.text, width, ascii);
    }
    for (size_t i = 0; i < r->count; i++) {
        add_notes(s, &r->sources[i], width, ascii);
    }
    str_finish(&line);
}

// --- Markdown

static void add_markdown_table(struct str *s, const struct view_table *t)
{
    static const enum column columns[] = {COLUMN_MARK, COLUMN_NAME, COLUMN_NOW, COLUMN_USUAL,
        COLUMN_CHANGE, COLUMN_ERRORS, COLUMN_RATE, COLUMN_VERDICT};
    size_t n = sizeof columns / sizeof *columns;
    str_add(s, "|");
    for (size_t k = 0; k < n; k++) {
        markdown_add_cell(s, t->headings[columns[k]]);
    }
    str_add(s, "\n|---|---|--:|--:|--:|--:|--:|---|\n");
    for (size_t i = 0; i < t->count; i++) {
        str_add(s, "|");
        for (size_t k = 0; k < n; k++) {
            markdown_add_cell(s, t->rows[i].cells[columns[k]].text);
        }
        str_addc(s, '\n');
    }
}

void report_add_markdown(struct str *s, const struct view *v, const struct report *r)
{
    const struct words *w = &r->sources[r->worst].words;
    struct str line;
    str_init(&line);
    str_addf(s, "**%s**\n\n", v->summary.text);
    add_markdown_table(s, &v->stages);
    if (v->tools.count > 0) {
        str_addc(s, '\n');
        add_markdown_table(s, &v->tools);
    }
    str_addc(s, '\n');
    for (size_t i = 0; i < w->diagnosis->verdict.evidence_count; i++) {
        str_clear(&line);
        words_add_evidence(&line, w, i);
        str_addf(s, "- %s\n", line.text);
    }
    str_clear(&line);
    for (size_t i = 0; words_add_next(&line, w, i); i++) {
        const char *expr = strstr(line.text, ": ");
        size_t head = expr ? (size_t)(expr - line.text) : line.len;
        str_addf(s, "- next: %.*s: `%s`\n", (int)head, line.text, expr ? expr + 2 : "");
        str_clear(&line);
    }
    for (size_t i = 0; i < r->count; i++) {
        const struct view_source *source = &r->sources[i];
        const char *name = source->name ? source->name : "";
        str_clear(&line);
        clock_add_rfc3339(&line, source->words.diagnosis->tick_ms);
        str_add(&line, ", window ");
        clock_add_duration(&line, source->words.plan->window_ms);
        str_add(&line, ", usual: ");
        words_add_usual(&line, &source->words);
        const char *begin = r->count > 1 ? (i == 0 ? "\n- " : "- ") : "\n";
        str_addf(s, "%s%s%s%s at %s\n", begin, name, *name ? "  " : "", source->url, line.text);
    }
    str_finish(&line);
}

// --- CSV

static void add_csv_text(struct str *s, const char *text)
{
    str_addc(s, '"');
    for (; text && *text; text++) {
        str_addf(s, *text == '"' ? "\"\"" : "%c", *text);
    }
    str_addc(s, '"');
}

static void add_csv_number(struct str *s, double v)
{
    str_addc(s, ',');
    if (isfinite(v)) {
        str_addf(s, "%.6g", v);
    }
}

static void add_csv_row(struct str *s, const struct view_source *source, const struct report_row *r)
{
    const struct words *w = &source->words;
    if (source->name) {
        add_csv_text(s, source->name);
        str_addc(s, ',');
    }
    const struct stage *stage = &w->plan->stages[r->stage];
    add_csv_text(s, stage->name);
    str_addc(s, ',');
    add_csv_text(s, stage->parent >= 0 ? w->plan->stages[stage->parent].name : "");
    str_addc(s, ',');
    add_csv_text(s, r->metric);
    str_addf(s, ",%s,%s,%s", r->signal, r->statistic, r->unit);
    add_csv_number(s, r->reading->now);
    add_csv_number(s, r->reading->usual.centre);
    add_csv_number(s, r->reading->ratio);
    add_csv_number(s, r->reading->score);
    add_csv_number(s, round(w->diagnosis->stages[r->stage].requests));
    add_csv_number(s, r->blame);
    str_addf(s, ",%s,%s,", row_severity(r->reading->severity), row_state(w, r->reading->state));
    struct str reason;
    str_init(&reason);
    words_add_reason(&reason, w, r->stage);
    add_csv_text(s, reason.text);
    str_finish(&reason);
    str_add(s, "\r\n");
}

static void add_csv_rows(struct str *s, const struct view_source *source)
{
    const struct words *w = &source->words;
    for (int stage = 0; stage < (int)w->plan->stages_count; stage++) {
        for (int i = 0; i < ROW_SIGNALS; i++) {
            struct report_row row;
            if (row_make(&row, w, stage, i)) {
                add_csv_row(s, source, &row);
            }
        }
    }
}

void report_add_csv(struct str *s, const struct report *r)
{
    str_add(s, r->sources[0].name ? "source," : "");
    str_add(s, "stage,parent,metric,signal,statistic,unit,current,baseline,ratio,score,requests,"
               "blame,severity,state,reason\r\n");
    for (size_t i = 0; i < r->count; i++) {
        add_csv_rows(s, &r->sources[i]);
    }
}
