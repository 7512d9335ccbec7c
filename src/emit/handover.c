#include "emit/handover.h"

#include <string.h>

#include "base/clock.h"
#include "emit/markdown.h"

static bool has_text(const struct view_table *t, size_t column)
{
    return t->columns[column].kind != KIND_TREND;
}

static void add_table(struct str *s, const struct view_table *t)
{
    str_add(s, "|");
    for (size_t k = 0; k < t->columns_count; k++) {
        if (has_text(t, k)) {
            markdown_add_cell(s, t->headings[k]);
        }
    }
    str_add(s, "\n|");
    for (size_t k = 0; k < t->columns_count; k++) {
        if (has_text(t, k)) {
            str_add(s, t->columns[k].kind == KIND_NUMBER ? "--:|" : "---|");
        }
    }
    str_addc(s, '\n');
    for (size_t i = 0; i < t->count; i++) {
        str_add(s, "|");
        for (size_t k = 0; k < t->columns_count; k++) {
            if (has_text(t, k)) {
                markdown_add_cell(s, t->rows[i].cells[k].text);
            }
        }
        str_addc(s, '\n');
    }
    str_addc(s, '\n');
}

static void add_facts(struct str *s, const struct view_pane *pane)
{
    str_addf(s, "**%s**", pane->title);
    if (pane->legend.text) {
        str_addf(s, ": %s", pane->legend.text);
    }
    str_add(s, "\n\n");
    for (size_t i = 0; i < pane->count; i++) {
        str_addf(s, "- %s: %s\n", pane->facts[i].label, pane->facts[i].value.text);
    }
    str_addc(s, '\n');
}

void handover_add_page(struct str *s, const struct view *v, const struct words *w)
{
    str_addf(s, "**%s**\n\n", v->summary.text);
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_pane *pane = &v->panes[i];
        if (pane->kind == PANE_TABLE) {
            add_table(s, pane->table);
        } else if (pane->kind == PANE_FACTS) {
            add_facts(s, pane);
        }
    }
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_pane *pane = &v->panes[i];
        if (pane->promql) {
            str_addf(s, "- %s: `%s`\n",
                pane->about   ? pane->about
                : pane->title ? pane->title
                              : "table",
                pane->promql);
        }
    }
    str_addf(s, "\n%s at ", v->source);
    clock_add_rfc3339(s, w->diagnosis->tick_ms);
    str_addf(s, ", %s, %s\n", v->window, v->usual);
}

void handover_add_row(struct str *s, const struct view *v)
{
    if (v->name) {
        str_addf(s, "source: %s", v->name);
    }
    size_t before = s->len;
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_table *t = v->panes[i].table;
        for (size_t r = 0; v->panes[i].kind == PANE_TABLE && r < t->count; r++) {
            for (size_t k = 0; t->rows[r].selected && k < t->columns_count; k++) {
                const char *text = t->rows[r].cells[k].text;
                if (has_text(t, k) && text && *text) {
                    const char *heading = t->headings[k];
                    str_addf(s, "%s%s%s%s", s->len ? ", " : "", heading && *heading ? heading : "",
                        heading && *heading ? ": " : "", text + strspn(text, " "));
                }
            }
        }
    }
    if (s->len > before) {
        return;
    }
    for (size_t i = 0; i < v->panes_count; i++) { // the page of one row
        for (size_t k = 0; v->panes[i].kind == PANE_FACTS && k < v->panes[i].count; k++) {
            const struct view_fact *fact = &v->panes[i].facts[k];
            str_addf(s, "%s%s: %s", s->len ? ", " : "", fact->label, fact->value.text);
        }
    }
}

void handover_add_trace(struct str *s, const struct view *v)
{
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_table *t = v->panes[i].kind == PANE_TABLE ? v->panes[i].table : NULL;
        for (size_t r = 0; t && r < t->count && s->len == 0; r++) {
            if (t->rows[r].id.kind == ROW_EXEMPLAR && t->rows[r].selected) {
                str_add(s, t->rows[r].cells[COLUMN_NAME].text);
            }
        }
    }
}

const char *handover_promql(const struct view *v)
{
    const struct view_pane *focused = view_focused(v);
    if (focused && focused->promql) {
        return focused->promql;
    }
    for (size_t i = 0; i < v->panes_count; i++) {
        if (v->panes[i].promql) {
            return v->panes[i].promql;
        }
    }
    return NULL;
}

void handover_add_link(struct str *s, const struct view *v, const struct words *w, const char *url)
{
    const char *promql = handover_promql(v);
    if (!promql) {
        return;
    }
    size_t len = strlen(url);
    while (len > 0 && url[len - 1] == '/') {
        len--;
    }
    str_append(s, url, len);
    str_add(s, "/graph?g0.expr=");
    str_add_escaped(s, promql);
    str_add(s, "&g0.tab=0&g0.range_input=");
    clock_add_duration(s, w->plan->config->span_ms);
    str_add(s, "&g0.end_input=");
    struct str end;
    str_init(&end);
    clock_add_rfc3339(&end, w->diagnosis->tick_ms); // 2026-02-04T09:00:00Z
    if (end.len == 20) {
        end.text[10] = ' ';
        end.text[19] = '\0';
    }
    str_add_escaped(s, end.text);
    str_finish(&end);
}
