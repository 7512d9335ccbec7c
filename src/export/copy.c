#include "export/copy.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "export/about.h"
#include "export/escape.h"
#include "export/markdown.h"

static void add_facts(struct str *s, const struct view_pane *pane)
{
    markdown_add_strong(s, pane->title);
    if (pane->legend.text) {
        str_addf(s, _("%s: %s"), "", "");
        escape_markdown(s, pane->legend.text);
    }
    str_add(s, "\n\n");
    for (size_t i = 0; i < pane->count; i++) {
        markdown_add_item(s, pane->facts[i].label, pane->facts[i].value.text);
    }
    str_addc(s, '\n');
}

/** Headings in bold, and what stands below them as lists. */
static void add_entries(struct str *s, const struct view_pane *pane, bool promql)
{
    bool in_list = false;
    for (size_t i = 0; i < pane->count; i++) {
        const char *key = pane->entries[i].key.text, *text = pane->entries[i].text.text;
        if (text && promql) {
            str_add(s, "- ");
            escape_markdown_promql(s, text);
            str_addc(s, '\n');
        } else if (text) {
            markdown_add_item(s, key, text);
        } else if (key) {
            str_add(s, in_list ? "\n" : "");
            markdown_add_strong(s, key);
            str_add(s, "\n\n");
        }
        in_list = text || (in_list && !key);
    }
    str_addc(s, '\n');
}

static void add_big(struct str *s, const struct view_big *big)
{
    struct str label, text;
    str_init(&label);
    str_init(&text);
    const char *mark = big->mark.text ? big->mark.text : "";
    str_addf(&label, "%s%s%s", mark, *mark ? " " : "", big->name.text);
    str_addf(&text, _("%s, %s"), big->value.text, big->detail.text);
    markdown_add_item(s, label.text, text.text);
    str_finish(&label);
    str_finish(&text);
}

static void add_panes(struct str *s, const struct view *v)
{
    bool big = false;
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_pane *pane = &v->panes[i];
        bool findings = v->findings && pane->kind == PANE_TABLE && pane->table != &v->stages &&
                        pane->table != &v->tools; // which are said in full
        if (pane->kind == PANE_TABLE && !findings) {
            markdown_add_table(s, pane->table);
        } else if (pane->kind == PANE_FACTS) {
            add_facts(s, pane);
        } else if (pane->kind == PANE_ENTRIES) {
            add_entries(s, pane, v->queries);
        } else if (pane->kind == PANE_BIG) {
            add_big(s, pane->big);
            big = true;
        }
    }
    str_add(s, big ? "\n" : "");
}

static void add_queries(struct str *s, const struct view *v)
{
    for (size_t i = 0; !v->queries && i < v->panes_count; i++) {
        const struct view_pane *pane = &v->panes[i];
        const char *about = pane->about ? pane->about : pane->title ? pane->title : _("table");
        if (pane->promql) {
            markdown_add_query(s, about, pane->promql);
        }
        if (pane->then_promql) {
            struct str then;
            str_init(&then);
            str_addf(&then, _("%s, %s"), about, pane->then.text ? pane->then.text : _("before"));
            markdown_add_query(s, then.text, pane->then_promql);
            str_finish(&then);
        }
    }
}

// What the sentence leaves out: what changed, and which alerts there are.
static void add_beside(struct str *s, const struct block *b)
{
    bool any = false;
    for (size_t i = 0; i < b->count; i++) {
        const struct block_line *line = &b->lines[i];
        if (line->about != BLOCK_CHANGED && line->about != BLOCK_ALERTS) {
            continue;
        }
        struct str all;
        str_init(&all);
        for (size_t k = 0; k < line->count; k++) {
            str_add(&all, k > 0 ? "; " : "");
            for (const char *p = line->parts[k].text; *p; p++) {
                if (*p != BLOCK_MARK) {
                    str_addc(&all, *p);
                }
            }
        }
        markdown_add_item(s, block_label(line->about), all.text);
        str_finish(&all);
        any = true;
    }
    str_add(s, any ? "\n" : "");
}

void copy_add_page(struct str *s, const struct view *v, const struct report *r, size_t at)
{
    struct str line;
    str_init(&line);
    markdown_add_strong(s, v->summary.text);
    str_add(s, "\n\n");
    if (v->findings) {
        add_beside(s, &v->block);
    }
    add_panes(s, v);
    if (v->findings) {
        report_add_findings(s, &r->sources[r->worst]);
    }
    add_queries(s, v);
    report_add_markdown_warnings(s, &r->sources[at]);
    str_addc(s, '\n');
    about_add_source(&line, &r->sources[at], false);
    escape_markdown_line(s, line.text);
    str_addc(s, '\n');
    str_finish(&line);
}

// Signs and branches of a tree mean something on the screen, beside other rows.
static bool is_said(const struct view_table *t, size_t column)
{
    return t->columns[column].kind != KIND_TREND && t->columns[column].kind != KIND_MARK;
}

static const char *without_branch(const char *text)
{
    static const char *const branches[] = {"└", "┄"};
    text += strspn(text, " ");
    for (size_t i = 0; i < sizeof branches / sizeof *branches; i++) {
        size_t len = strlen(branches[i]);
        text += strncmp(text, branches[i], len) == 0 ? len : 0;
    }
    return text + strspn(text, " ");
}

static void add_cells(struct str *s, const struct view_table *t, const struct view_row *row)
{
    for (size_t k = 0; k < t->columns_count; k++) {
        const char *text = row->cells[k].text;
        if (is_said(t, k) && text && *text) {
            const char *heading = t->headings[k];
            str_addf(s, "%s%s%s%s", s->len ? ", " : "", heading && *heading ? heading : "",
                heading && *heading ? ": " : "", without_branch(text));
        }
    }
}

static void add_row(struct str *s, const struct view *v)
{
    if (v->name) {
        str_addf(s, _("source: %s"), v->name);
    }
    size_t before = s->len;
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_table *t = v->panes[i].kind == PANE_TABLE ? v->panes[i].table : NULL;
        t = t && t->folded ? t->folded : t; // a row is one line
        for (size_t r = 0; t && r < t->count; r++) {
            if (t->rows[r].selected) {
                add_cells(s, t, &t->rows[r]);
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

void copy_add_row(struct str *s, const struct view *v)
{
    struct str row;
    str_init(&row);
    add_row(&row, v);
    escape_markdown_line(s, row.text);
    str_finish(&row);
}

void copy_add_trace(struct str *s, const struct view *v)
{
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_table *t = v->panes[i].kind == PANE_TABLE ? v->panes[i].table : NULL;
        for (size_t r = 0; t && r < t->count && s->len == 0; r++) {
            if (t->rows[r].id.kind == ROW_EXEMPLAR && t->rows[r].selected) {
                escape_text(s, t->rows[r].cells[COLUMN_NAME].text);
            }
        }
    }
}

const char *copy_promql(const struct view *v)
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

void copy_add_promql(struct str *s, const struct view *v)
{
    escape_promql(s, copy_promql(v));
}

void copy_add_link(struct str *s, const struct view *v, const struct words *w)
{
    const char *promql = copy_promql(v);
    if (!promql || w->store->source.scraped) {
        return;
    }
    escape_text(s, w->source->url);
    while (s->len > 0 && s->text[s->len - 1] == '/') {
        s->text[--s->len] = '\0';
    }
    str_add(s, "/graph?g0.expr=");
    str_add_escaped(s, promql);
    str_add(s, "&g0.tab=0&g0.range_input=");
    clock_add_duration(s, w->scope->span_ms);
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

// The form of addresses since Grafana 10:
// https://grafana.com/docs/grafana/latest/explore/get-started-with-explore/ (Share Explore URLs)
void copy_add_grafana(struct str *s, const struct view *v, const struct words *w, const char *url,
    const char *datasource)
{
    const char *promql = copy_promql(v);
    if (!promql) {
        return;
    }
    cJSON *root = cJSON_CreateObject(), *pane = cJSON_AddObjectToObject(root, "ragtop");
    if (datasource) {
        cJSON_AddStringToObject(pane, "datasource", datasource);
    }
    cJSON *query = cJSON_CreateObject();
    cJSON_AddStringToObject(query, "refId", "A");
    cJSON_AddStringToObject(query, "expr", promql);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(pane, "queries"), query);
    struct str at, json;
    str_init(&at);
    str_init(&json);
    cJSON *range = cJSON_AddObjectToObject(pane, "range");
    int64_t until = w->diagnosis->tick_ms;
    str_addf(&at, "%lld", (long long)(until - w->scope->span_ms));
    cJSON_AddStringToObject(range, "from", at.text);
    str_setf(&at, "%lld", (long long)until);
    cJSON_AddStringToObject(range, "to", at.text);
    char *text = cJSON_PrintUnformatted(root);
    str_add(&json, text ? text : "");
    cJSON_free(text);
    cJSON_Delete(root);
    escape_text(s, url);
    while (s->len > 0 && s->text[s->len - 1] == '/') {
        s->text[--s->len] = '\0';
    }
    str_add(s, "/explore?schemaVersion=1&panes=");
    str_add_escaped(s, json.text);
    str_finish(&json);
    str_finish(&at);
}
