#include "export/markdown.h"

#include "base/text.h"
#include "export/escape.h"

void markdown_add_strong(struct str *s, const char *text)
{
    struct str escaped;
    str_init(&escaped);
    escape_markdown(&escaped, text);
    if (escaped.len > 0) {
        str_addf(s, "**%s**", escaped.text);
    }
    str_finish(&escaped);
}

static bool has_text(const struct view_table *t, size_t column)
{
    return t->columns[column].kind != KIND_TREND;
}

static void add_cell(struct str *s, const char *text)
{
    str_addc(s, ' ');
    escape_markdown(s, text);
    str_add(s, " |");
}

static void add_row(struct str *s, const struct view_table *t, const struct view_row *row)
{
    str_addc(s, '|');
    for (size_t k = 0; k < t->columns_count; k++) {
        const char *text = row->cells[k].text;
        if (!has_text(t, k)) {
            continue;
        }
        if (k + 1 == t->columns_count && row->aside.text && *row->aside.text) {
            struct str both;
            str_init(&both);
            str_addf(&both, _("%s, %s"), text ? text : "", row->aside.text);
            add_cell(s, both.text);
            str_finish(&both);
        } else {
            add_cell(s, text);
        }
    }
    str_addc(s, '\n');
}

void markdown_add_table(struct str *s, const struct view_table *t)
{
    str_addc(s, '|');
    for (size_t k = 0; k < t->columns_count; k++) {
        if (has_text(t, k)) {
            add_cell(s, t->headings[k]);
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
        add_row(s, t, &t->rows[i]);
    }
    if (t->hidden > 0) {
        str_addc(s, '\n');
        str_addf(s,
            text_count("%zu row hidden by the filter.", "%zu rows hidden by the filter.",
                (double)t->hidden),
            t->hidden);
        str_addc(s, '\n');
    }
    str_addc(s, '\n');
}

// With its colon, as that may make something else of the last word.
static void add_label(struct str *s, const char *label)
{
    struct str with_colon;
    str_init(&with_colon);
    str_addf(&with_colon, _("%s: %s"), label, "");
    escape_markdown_line(s, with_colon.text);
    str_addc(s, ' ');
    str_finish(&with_colon);
}

void markdown_add_item(struct str *s, const char *label, const char *text)
{
    str_add(s, "- ");
    if (label) {
        add_label(s, label);
        escape_markdown(s, text);
    } else {
        escape_markdown_line(s, text);
    }
    str_addc(s, '\n');
}

void markdown_add_query(struct str *s, const char *label, const char *promql)
{
    str_add(s, "- ");
    add_label(s, label);
    escape_markdown_promql(s, promql);
    str_addc(s, '\n');
}
