#include "base/text.h"
#include "export/about.h"
#include "export/escape.h"
#include "export/markdown.h"
#include "export/report.h"
#include "export/report_alerts.h"

void report_add_findings(struct str *s, const struct view_source *source)
{
    const struct words *w = &source->words;
    struct str line;
    str_init(&line);
    for (size_t i = 0; i < w->diagnosis->verdict.evidence_count; i++) {
        str_clear(&line);
        words_add_evidence(&line, w, i);
        markdown_add_item(s, NULL, line.text);
    }
    size_t more = w->diagnosis->verdict.evidence_more;
    if (more > 0) {
        str_setf(&line, text_count("and %zu more", "and %zu more", (double)more), more);
        markdown_add_item(s, NULL, line.text);
    }
    struct words_step step;
    struct str what, promql;
    str_init(&what);
    str_init(&promql);
    for (size_t i = 0; words_next(&step, w, i); i++) {
        str_clear(&what);
        words_add_step(&what, &step);
        str_setf(&line, _("next: %s"), what.text);
        str_clear(&promql);
        words_add_promql(&promql, w, step.signal, step.promql);
        markdown_add_query(s, line.text, promql.text);
    }
    str_finish(&promql);
    str_finish(&what);
    str_finish(&line);
}

void report_add_markdown_warnings(struct str *s, const struct view_source *source)
{
    struct str label, line;
    str_init(&label);
    str_init(&line);
    about_add_label(&label, source->name);
    for (size_t i = 0; about_add_warning(&line, source, i); i++) {
        markdown_add_item(s, label.text, line.text);
        str_clear(&line);
    }
    str_finish(&label);
    str_finish(&line);
}

void report_add_markdown(struct str *s, const struct view *v, const struct report *r)
{
    struct str line;
    str_init(&line);
    markdown_add_strong(s, v->summary.text);
    str_add(s, "\n\n");
    markdown_add_table(s, &v->stages);
    if (v->tools.count > 0) {
        markdown_add_table(s, &v->tools);
    }
    report_add_findings(s, &r->sources[r->worst]);
    for (size_t i = 0; i < r->count; i++) {
        str_clear(&line);
        alerts_add(&line, &r->sources[i]);
        if (line.len > 0) {
            markdown_add_item(s, NULL, line.text);
        }
    }
    for (size_t i = 0; i < r->warnings_count; i++) {
        markdown_add_item(s, _("note"), r->warnings[i]);
    }
    for (size_t i = 0; i < r->count; i++) {
        report_add_markdown_warnings(s, &r->sources[i]);
    }
    str_addc(s, '\n');
    for (size_t i = 0; i < r->count; i++) {
        str_clear(&line);
        about_add_source(&line, &r->sources[i], false);
        if (r->count > 1) {
            markdown_add_item(s, NULL, line.text);
        } else {
            escape_markdown_line(s, line.text);
            str_addc(s, '\n');
        }
    }
    str_finish(&line);
}
