#include <math.h>

#include "base/clock.h"
#include "view/cell.h"
#include "view/format.h"
#include "view/group.h"
#include "view/page.h"
#include "view/trend.h"

enum { BIG_ROWS = 3 };

static double trouble(const struct words *w, int stage)
{
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    double blame = isnan(d->blame) ? 0 : fmin(1, fmax(0, d->blame));
    double culprit = words_is_culprit(w, stage) ? 1 : 0;
    return 2 * cell_stage_severity(d) + culprit + blame / 2;
}

/** A row of the wall to be. */
struct choice {
    int source, stage;
    double trouble;
};

// The worst ones of all sources; where nothing is wrong, the first of the configuration.
static size_t choose(const struct view_input *in, struct choice *chosen)
{
    size_t n = 0;
    for (int source = 0; source < group_sources(in); source++) {
        const struct view_input own = view_input_of(in, source);
        size_t count = group_shows(in, source) ? own.words.plan->stages_count : 0;
        for (size_t i = 0; i < count; i++) {
            const struct choice c = {source, (int)i, trouble(&own.words, (int)i)};
            size_t at = n < BIG_ROWS ? n++ : BIG_ROWS;
            while (at > 0 && c.trouble > chosen[at - 1].trouble) {
                if (at < BIG_ROWS) {
                    chosen[at] = chosen[at - 1];
                }
                at--;
            }
            if (at < BIG_ROWS) {
                chosen[at] = c;
            }
        }
    }
    return n;
}

static struct view_big big_row(struct arena *a, const struct view_input *in, int stage)
{
    const struct words *w = &in->words;
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    enum severity severity = cell_stage_severity(d);
    struct str s;
    str_init(&s);
    // what deviates is what has to be read
    bool failing = d->errors.severity > d->latency.severity;
    const struct reading *r = failing ? &d->errors : &d->latency;
    void (*format)(struct str *, double) = failing ? format_percent : format_seconds;
    if (failing) {
        format(&s, r->now);
    } else {
        words_add_latency(&s, r);
    }
    const char *value = cell_settle(a, &s);
    str_add(&s, "usual ");
    format(&s, r->usual.centre);
    if (!isnan(r->ratio)) {
        str_add(&s, ", ");
        format_times(&s, r->ratio);
    }
    str_addf(&s, "   %s", cell_words(a, words_add_reason, w, stage));
    bool culprit = words_is_culprit(w, stage);
    const char *name = failing ? arena_printf(a, "%s errors", w->plan->stages[stage].name)
                               : cell_stage_name(a, w, stage, false, false);
    return (struct view_big){.mark = cell_mark(severity),
        .name = {name, culprit ? ROLE_CULPRIT : ROLE_STRONG},
        .value = {value, cell_value_role(severity, ROLE_STRONG)},
        .detail = {cell_settle(a, &s), severity == SEVERITY_OK ? ROLE_DIM : cell_role(severity)},
        .trend = failing ? trend_of_errors(a, in, stage) : trend_of_stage(a, in, stage)};
}

void page_wall_build(struct view *v, struct arena *a, const struct view_input *in)
{
    struct choice chosen[BIG_ROWS];
    page_add_verdict(v, in, 4);
    size_t n = choose(in, chosen);
    for (size_t i = 0; i < n; i++) {
        struct view_big *big = arena_alloc(a, 1, sizeof *big);
        const struct view_input own = view_input_of(in, chosen[i].source);
        *big = big_row(a, &own, chosen[i].stage);
        big->name.text = group_name(a, &own, big->name.text);
        page_add(v, (struct view_pane){.kind = PANE_BIG,
                        .big = big,
                        .count = 1,
                        .id = cell_row(&own, ROW_STAGE, chosen[i].stage),
                        .wish = {.least = 2, .lines = 7, .grow = 1, .rank = 1 + (int)i}});
    }
}
