#include "month/past.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "series/batch.h"

enum { SUM = PAST_BOUNDS_MAX, COUNT, LATENCY_COLUMNS };
enum { PEAK = 0 }; // of a gauge, which has no buckets: in history alone
enum { ERRORS = SERVICE_STAGES * LATENCY_COLUMNS, TOOLS = ERRORS + 2 };
enum { TOOL_ERRORS = TOOLS + SERVICE_TOOLS, USED, LIMIT, COLUMNS };

_Static_assert((int)COLUMNS == (int)PAST_COLUMNS_MAX, "a place for every column");

static void add_bounds(struct past *p, const struct bounds *layout, unsigned bit)
{
    for (int i = 0; layout && i < layout->count; i++) {
        int at = 0;
        while (at < p->bounds && fabs(p->le[at] - layout->le[i]) > 1e-9) {
            at++;
        }
        p->le[at] = layout->le[i];
        p->in_layouts[at] |= bit;
        p->bounds += at == p->bounds;
    }
}

static void name(struct past *p, int column, int signal, const char *label, const char *value)
{
    struct past_column *c = &p->columns[column];
    *c = (struct past_column){.signal = signal, .label = label};
    snprintf(c->value, sizeof c->value, "%s", value);
}

static void name_columns(struct past *p, bool mean_only, bool gauges)
{
    static const char *const tools[SERVICE_TOOLS] = {"search", "sql", "python", "calculator"};
    const struct plan *plan = p->plan;
    for (int i = 0; i < COLUMNS; i++) {
        p->columns[i].signal = -1;
    }
    for (int i = 0; i < SERVICE_STAGES; i++) {
        int signal = plan->stages[i].latency_signal, first = i * LATENCY_COLUMNS;
        if (gauges) {
            name(p, first + SUM, signal, NULL, "");
            name(p, first + PEAK, signal, "part", "peak");
            continue;
        }
        for (int k = 0; k < p->bounds && !mean_only; k++) {
            char le[16];
            snprintf(le, sizeof le, "%g", p->le[k]);
            name(p, first + k, signal, "le", le);
        }
        name(p, first + SUM, signal, "part", "sum");
        name(p, first + COUNT, signal, mean_only ? "part" : "le", mean_only ? "count" : "+Inf");
    }
    name(p, ERRORS, plan->stages[0].errors_signal, NULL, "");
    name(p, ERRORS + 1, plan->stages[2].errors_signal, NULL, "");
    for (int i = 0; i < SERVICE_TOOLS; i++) {
        name(p, TOOLS + i, plan->tool_calls, plan->tool_label, tools[i]);
    }
    name(p, TOOL_ERRORS, plan->tool_errors, NULL, "");
    name(p, USED, plan->stages[1].saturation_first, "part", "used");
    name(p, LIMIT, plan->stages[1].saturation_first, "part", "limit");
}

void past_init(struct past *p, const struct plan *plan, const struct quiet *q, int64_t first_s)
{
    *p =
        (struct past){.plan = plan, .first_s = first_s, .now_s = first_s, .limit = q->service.pool};
    p->windows = q->sparse ? PAST_WINDOWS : 1;
    for (int i = 0; i < p->windows; i++) {
        static const int units[PAST_WINDOWS] = {20, 60, 120, PAST_UNITS};
        p->rates[i].units = units[i];
        p->rates[i].live = mem_zalloc(PAST_STEP, sizeof *p->rates[i].live);
    }
    add_bounds(p, q->layout, 1);
    add_bounds(p, q->new_layout, 2);
    name_columns(p, q->mean_only, q->gauges);
    p->gauges = q->gauges;
    for (int i = 0; i < SERVICE_STAGES; i++) {
        p->gauge[i] = NAN;
    }
}

void past_finish(struct past *p)
{
    for (int i = 0; i < p->windows; i++) {
        free(p->rates[i].live);
        free(p->rates[i].rows);
    }
}

// --- time goes on

static void add_counts(
    struct past *p, double *unit, const struct counts *counts, const struct bounds *layout)
{
    for (int i = 0; i < SERVICE_STAGES; i++) {
        double *first = unit + i * LATENCY_COLUMNS, below = 0;
        for (int k = 0; k < layout->count; k++) {
            int at = 0;
            while (fabs(p->le[at] - layout->le[k]) > 1e-9) {
                at++;
            }
            below += counts->buckets[i][k];
            first[at] += below;
        }
        first[SUM] += counts->seconds[i];
        first[COUNT] += counts->requests[i];
    }
    unit[ERRORS] += counts->errors[0];
    unit[ERRORS + 1] += counts->errors[1];
    unit[TOOL_ERRORS] += counts->errors[2];
    for (int i = 0; i < SERVICE_TOOLS; i++) {
        unit[TOOLS + i] += counts->tools[i];
    }
    p->used += counts->used;
}

// A counter of errors that is born with its first one has not risen for rate().
static void hide_first_errors(struct past *p, double *unit)
{
    static const int columns[3] = {ERRORS, ERRORS + 1, TOOL_ERRORS};
    for (int i = 0; i < 3; i++) {
        bool first = !p->erred[i] && unit[columns[i]] > 0;
        p->erred[i] = p->erred[i] || first;
        unit[columns[i]] = first ? 0 : unit[columns[i]];
    }
}

static bool exists(const struct past *p, int column, unsigned there)
{
    int within = column % LATENCY_COLUMNS;
    if (column < ERRORS && within < PAST_BOUNDS_MAX) {
        return within < p->bounds && (p->in_layouts[within] & there);
    }
    if (column == ERRORS || column == ERRORS + 1) {
        return p->erred[column - ERRORS];
    }
    return column != TOOL_ERRORS || p->erred[2];
}

// N units hold N scrapes and the increase between them, which rate() extends to the window.
static void read_rates(struct past *p, const struct past_rates *r, int newest, float *out)
{
    unsigned in_window = 0;
    int scraped = 0, oldest = (newest + 1 + PAST_UNITS - r->units) % PAST_UNITS;
    for (int i = 0; i < r->units; i++) {
        int at = (oldest + i) % PAST_UNITS;
        in_window |= p->scraped[at] ? p->layouts[at] : 0;
        scraped += p->scraped[at];
    }
    bool all = scraped == r->units;
    double seconds = (all ? r->units - 1 : r->units) * PAST_UNIT_S;
    for (int i = 0; i < COLUMNS; i++) {
        double sum = r->sums[i] - (all ? p->units[oldest][i] : 0);
        bool known = scraped >= 2 && exists(p, i, in_window);
        out[i] = known ? (float)(fmax(0, sum) / seconds) : NAN;
    }
    for (int i = 0; i < SERVICE_STAGES && p->gauges; i++) {
        out[i * LATENCY_COLUMNS + SUM] = p->scraped[newest] ? (float)p->gauge[i] : NAN;
    }
    out[USED] = p->scraped[newest] ? (float)p->used : NAN;
    out[LIMIT] = p->scraped[newest] ? (float)p->limit : NAN;
}

// What is shown where nobody asked is what was shown before.
static void read_gauges(struct past *p, const double *unit)
{
    for (int i = 0; i < SERVICE_STAGES; i++) {
        const double *first = unit + i * LATENCY_COLUMNS;
        p->gauge[i] = first[COUNT] > 0 ? first[SUM] / first[COUNT] : p->gauge[i];
    }
}

// Unit AT begins: from each window one drops out.
static void leave_oldest(struct past *p, int at)
{
    for (int w = 0; w < p->windows; w++) {
        struct past_rates *r = &p->rates[w];
        const double *oldest = p->units[(at + PAST_UNITS - r->units) % PAST_UNITS];
        for (int i = 0; i < COLUMNS; i++) {
            r->sums[i] -= oldest[i];
        }
    }
}

// How high gauges got within the step that is over.
static void set_peaks(const struct past *p, const struct past_rates *r, float *row)
{
    for (int i = 0; i < SERVICE_STAGES && p->gauges; i++) {
        float *peak = &row[i * LATENCY_COLUMNS + PEAK];
        *peak = NAN;
        for (int k = 0; k < PAST_STEP; k++) {
            *peak = fmaxf(*peak, r->live[k][i * LATENCY_COLUMNS + SUM]); // fmaxf ignores NaN
        }
    }
}

// Unit AT is over, the one of a step that comes to lie in place STEP.
static void add_rates(struct past *p, struct past_rates *r, int at, int step)
{
    for (int i = 0; i < COLUMNS; i++) {
        r->sums[i] += p->units[at][i];
    }
    float *rates = r->live[step];
    read_rates(p, r, at, rates);
    if (step == 0) {
        mem_grow(&r->rows, r->rows_count, &r->rows_cap);
        for (int i = 0; i < COLUMNS; i++) {
            r->rows[r->rows_count][i] = rates[i];
        }
        set_peaks(p, r, r->rows[r->rows_count]);
        r->rows_count++;
    }
}

void past_go_on(struct past *p, struct quiet *q, const struct minute *minute)
{
    int64_t unit_number = (p->now_s - p->first_s) / PAST_UNIT_S;
    int at = (int)(unit_number % PAST_UNITS);
    double *unit = p->units[at];
    leave_oldest(p, at);
    for (int i = 0; i < COLUMNS; i++) {
        unit[i] = 0;
    }
    p->used = 0;
    for (int k = 0; k < 2; k++) {
        double share = k ? minute->of_new : 1 - minute->of_new;
        double seen = share * (1 - minute->lost) * (minute->scraped ? 1 : 0);
        struct counts counts = {.used = 0};
        const struct bounds *layout = k ? q->new_layout : q->layout;
        int questions = chance_count(&q->chance, q->rate * minute->load * PAST_UNIT_S * seen);
        if (share > 0) {
            service_run(&q->service, &q->chance, questions, minute->query, minute->generation,
                layout, &counts);
            add_counts(p, unit, &counts, layout);
        }
    }
    read_gauges(p, unit);
    hide_first_errors(p, unit);
    p->scraped[at] = minute->scraped;
    p->layouts[at] = (minute->of_new < 1 ? 1 : 0) | (minute->of_new > 0 ? 2 : 0);
    p->now_s += PAST_UNIT_S;
    for (int i = 0; i < p->windows; i++) {
        add_rates(p, &p->rates[i], at, (int)((unit_number + 1) % PAST_STEP));
    }
}

// --- answers

static double value_at(const struct past *p, const struct quiet *q, int column, int64_t at_s)
{
    int64_t row = (at_s - p->first_s) / (PAST_STEP * PAST_UNIT_S) - 1;
    bool kept = !q->known_s || at_s > p->now_s - q->known_s;
    const struct past_rates *r = &p->rates[p->window];
    return kept && row >= 0 && row < (int64_t)r->rows_count ? (double)r->rows[row][column] : NAN;
}

static struct batch_series *add_series(struct batch *b, const struct past_column *c)
{
    struct batch_series *s = batch_add(b);
    if (c->label) {
        labels_set(&s->labels, c->label, c->value);
    }
    return s;
}

static void fill_history(struct past *p, const struct quiet *q, int signal, struct history *h,
    int64_t from_ms, int64_t to_ms)
{
    struct batch b = {0};
    struct matrix m;
    int64_t first = from_ms / STORE_HISTORY_STEP_MS, last = to_ms / STORE_HISTORY_STEP_MS;
    for (int i = 0; i < COLUMNS; i++) {
        struct batch_series *s =
            p->columns[i].signal == signal ? add_series(&b, &p->columns[i]) : NULL;
        for (int64_t slot = first; s && slot <= last; slot++) {
            double v = value_at(p, q, i, slot * STORE_HISTORY_STEP_MS / 1000);
            if (!isnan(v)) {
                batch_add_sample(s, slot * STORE_HISTORY_STEP_MS, v);
            }
        }
    }
    matrix_init(&m, STORE_HISTORY_STEP_MS, (size_t)(last - first + 1));
    matrix_merge(&m, &b, first, last);
    history_take(h, &m, first, last);
    batch_finish(&b);
}

static void fill_live(struct past *p, int signal, struct signal_data *data)
{
    struct batch b = {0};
    int64_t step = data->live.step_ms, last = p->now_s * 1000 / step;
    int64_t units = (p->now_s - p->first_s) / PAST_UNIT_S;
    for (int i = 0; i < COLUMNS; i++) {
        bool is_peak = p->gauges && i < ERRORS && i % LATENCY_COLUMNS == PEAK;
        struct batch_series *s =
            p->columns[i].signal == signal && !is_peak ? add_series(&b, &p->columns[i]) : NULL;
        for (int64_t ago = PAST_STEP - 1; s && ago >= 0; ago--) {
            double v = (double)p->rates[p->window].live[(units - ago) % PAST_STEP][i];
            if (!isnan(v)) {
                batch_add_sample(s, (last - ago) * step, v);
            }
        }
    }
    matrix_merge(&data->live, &b, last - PAST_STEP + 1, last);
    data->now_ms = p->now_s * 1000;
    data->condition = CONDITION_ANSWERED;
    batch_finish(&b);
}

// The days that the schedule asks for, an hour at a time.
static void fill_days(struct past *p, const struct quiet *q, int signal, struct signal_data *data)
{
    int64_t hour_ms = p->hour_s * 1000;
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        if (day < STORE_WEEK_DAYS || store_day_is_weekly(day)) {
            int64_t then = clock_days_before(hour_ms, day + 1);
            int64_t steady = hour_ms - (day + 1) * (int64_t)CLOCK_DAY_MS;
            fill_history(p, q, signal, store_own_day(data, day),
                (then < steady ? then : steady) - CLOCK_HOUR_MS / 2,
                (then > steady ? then : steady) + 3 * CLOCK_HOUR_MS / 2);
        }
    }
    if (store_days_suffice(data, NULL, STORE_WEEK_DAYS, p->now_s * 1000)) {
        data->recent.answered = false;
    } else {
        fill_history(p, q, signal, &data->recent, hour_ms - 6 * (int64_t)CLOCK_HOUR_MS,
            hour_ms - CLOCK_HOUR_MS);
    }
}

int64_t past_window_ms(const struct past *p, int i)
{
    return p->rates[i].units * PAST_UNIT_S * 1000;
}

double past_requests(const struct past *p, int i)
{
    const float *now = p->rates[i].live[(p->now_s - p->first_s) / PAST_UNIT_S % PAST_STEP];
    double retrieval = (double)now[COUNT], generation = (double)now[2 * LATENCY_COLUMNS + COUNT];
    return fmax(retrieval, generation) * (double)past_window_ms(p, i) / 1000;
}

void past_use_window(struct past *p, int i)
{
    p->window = i;
    p->hour_s = 0;
}

static bool is_known(const struct past *p, int signal)
{
    for (int i = 0; i < COLUMNS; i++) {
        if (p->columns[i].signal == signal) {
            return true;
        }
    }
    return false;
}

void past_fill(struct past *p, const struct quiet *q, struct store *s)
{
    int64_t hour_s = p->now_s / 3600 * 3600;
    bool new_hour = hour_s != p->hour_s;
    p->hour_s = hour_s;
    for (size_t i = 0; i < s->count; i++) {
        if (!is_known(p, (int)i)) {
            continue; // this server has no such series
        }
        fill_live(p, (int)i, &s->signals[i]);
        if (new_hour) {
            fill_days(p, q, (int)i, &s->signals[i]);
        }
    }
    s->version++;
}
