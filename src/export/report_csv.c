#include <math.h>

#include "base/clock.h"
#include "export/about.h"
#include "export/escape.h"
#include "export/report.h"
#include "export/report_alerts.h"
#include "export/row.h"

/** A line of the table; what is NULL, NaN or 0 is an empty field. */
struct csv_line {
    const char *stage, *signal, *severity, *state, *reason, *kind, *pod, *promql;
    const struct report_row *row; /**< NULL: a line of text */
};

static void add_text(struct str *s, const char *text)
{
    escape_csv(s, text);
    str_addc(s, ',');
}

static void add_number(struct str *s, double v)
{
    if (isfinite(v)) {
        str_addf(s, "%.6g", v);
    }
    str_addc(s, ',');
}

static void add_word(struct str *s, const char *word)
{
    str_addf(s, "%s,", word ? word : "");
}

static void add_moment(struct str *s, int64_t at_ms)
{
    if (at_ms > 0) {
        clock_add_rfc3339(s, at_ms);
    }
    str_addc(s, ',');
}

static void add_line(struct str *s, const struct view_source *source, const struct csv_line *l)
{
    static const struct reading none = {
        .now = NAN, .low = NAN, .high = NAN, .spread = NAN, .ratio = NAN, .score = NAN};
    static const struct report_row text = {
        .reading = &none, .baseline = NAN, .requests = NAN, .blame = NAN};
    const struct report_row *row = l->row ? l->row : &text;
    const struct reading *r = row->reading;
    if (source->name) {
        add_text(s, source->name);
    }
    add_text(s, l->stage);
    add_text(s, row->parent);
    add_text(s, row->metric);
    add_word(s, l->row ? row->signal : l->signal);
    add_word(s, row->statistic);
    add_word(s, row->unit);
    add_number(s, r->now);
    add_number(s, row->baseline);
    add_number(s, r->ratio);
    add_number(s, r->score);
    add_number(s, row->requests);
    add_number(s, row->blame);
    add_word(s, l->severity);
    add_word(s, l->state);
    add_text(s, l->reason);
    add_word(s, l->kind);
    add_moment(s, source->words.diagnosis->tick_ms);
    add_moment(s, row->onset.since_ms);
    add_number(s, r->low);
    add_number(s, r->high);
    add_number(s, r->spread);
    add_word(s, l->row ? (r->beyond ? "true" : "false") : NULL);
    add_text(s, l->pod);
    escape_csv(s, l->promql);
    str_add(s, "\r\n");
}

static void add_row(struct str *s, const struct view_source *source, const struct report_row *r)
{
    const struct words *w = &source->words;
    struct str name, reason, promql;
    str_init(&name);
    str_init(&reason);
    str_init(&promql);
    if (r->promql) {
        words_add_promql(&promql, w, r->asks, r->promql);
    }
    row_add_name(&name, w, r);
    row_add_reason(&reason, w, r);
    add_line(s, source,
        &(struct csv_line){.stage = name.text,
            .severity = row_severity(r->reading->severity),
            .state = row_state(w, r->reading->state),
            .reason = reason.text,
            .kind = r->is_tool ? "tool" : "stage",
            .promql = r->promql ? promql.text : NULL,
            .row = r});
    str_finish(&promql);
    str_finish(&name);
    str_finish(&reason);
}

/** How many tools have no line of their own. */
static void add_rest(struct str *s, const struct view_source *source)
{
    size_t more = source->words.diagnosis->tools_more;
    if (more > 0) {
        struct reading count = {.now = (double)more,
            .low = NAN,
            .high = NAN,
            .spread = NAN,
            .ratio = NAN,
            .score = NAN};
        struct report_row row = {.statistic = "count",
            .reading = &count,
            .baseline = NAN,
            .requests = NAN,
            .blame = NAN};
        struct str text;
        str_init(&text);
        str_addf(&text, "and %zu more, less busy", more);
        add_line(
            s, source, &(struct csv_line){.reason = text.text, .kind = "tools_more", .row = &row});
        str_finish(&text);
    }
}

static void add_rows(struct str *s, const struct view_source *source)
{
    const struct words *w = &source->words;
    struct report_row row;
    for (int stage = 0; stage < (int)w->plan->stages_count; stage++) {
        for (int i = 0; i < row_stage_signals(w, stage); i++) {
            if (row_of_stage(&row, w, stage, i)) {
                add_row(s, source, &row);
            }
        }
    }
    for (int tool = ROW_ALL_TOOLS; tool < (int)w->diagnosis->tools_count; tool++) {
        for (int i = 0; i < ROW_TOOL_SIGNALS; i++) {
            if (row_of_tool(&row, w, tool, i)) {
                add_row(s, source, &row);
            }
        }
    }
    add_rest(s, source);
}

static void add_verdict(struct str *s, const struct view_source *source)
{
    const struct words *w = &source->words;
    const struct verdict *v = &w->diagnosis->verdict;
    struct str stage, text;
    str_init(&stage);
    str_init(&text);
    row_add_culprit(&stage, w);
    words_add_summary(&text, w);
    add_line(s, source,
        &(struct csv_line){.stage = stage.text,
            .signal = row_signal(w, v->signal, v->declared),
            .severity = row_severity(v->severity),
            .state = row_condition(w),
            .reason = text.text,
            .kind = "verdict",
            .pod = v->pod});
    for (size_t i = 0; i < v->evidence_count; i++) {
        str_clear(&text);
        words_add_evidence(&text, w, i);
        add_line(s, source, &(struct csv_line){.reason = text.text, .kind = "evidence"});
    }
    if (v->evidence_more > 0) {
        str_setf(&text, "and %zu more", v->evidence_more);
        add_line(s, source, &(struct csv_line){.reason = text.text, .kind = "evidence"});
    }
    struct words_step step;
    struct str promql;
    str_init(&promql);
    for (size_t i = 0; words_next(&step, w, i); i++) {
        str_clear(&text);
        words_add_step(&text, &step);
        str_clear(&promql);
        words_add_promql(&promql, w, step.signal, step.promql);
        add_line(s, source,
            &(struct csv_line){.reason = text.text, .kind = "next", .promql = promql.text});
    }
    str_finish(&promql);
    str_finish(&stage);
    str_finish(&text);
}

static void add_warning(struct str *s, const struct view_source *source, const char *sentence)
{
    add_line(s, source, &(struct csv_line){.reason = sentence, .kind = "warning"});
}

static void add_notes(struct str *s, const struct report *r, size_t at)
{
    const struct view_source *source = &r->sources[at];
    for (size_t i = 0; (int)at == r->worst && i < r->warnings_count; i++) {
        add_warning(s, source, r->warnings[i]);
    }
    struct str text;
    str_init(&text);
    alerts_add(&text, source);
    if (text.len > 0) {
        add_line(s, source, &(struct csv_line){.reason = text.text, .kind = "alerts"});
        str_clear(&text);
    }
    for (size_t i = 0; about_add_warning(&text, source, i); i++) {
        add_warning(s, source, text.text);
        str_clear(&text);
    }
    about_add_source(&text, source, false);
    add_line(s, source, &(struct csv_line){.reason = text.text, .kind = "source"});
    str_finish(&text);
}

void report_add_csv(struct str *s, const struct report *r)
{
    str_add(s, r->sources[0].name ? "source," : "");
    str_add(s, "stage,parent,metric,signal,statistic,unit,current,baseline,ratio,score,requests,"
               "blame,severity,state,reason,kind,at,since,current_low,current_high,spread,"
               "beyond_buckets,pod,promql\r\n");
    for (size_t i = 0; i < r->count; i++) {
        add_rows(s, &r->sources[i]);
        add_verdict(s, &r->sources[i]);
        add_notes(s, r, i);
    }
}
