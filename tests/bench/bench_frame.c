/*
 * What a frame costs: judging, making the view, drawing, in processor time. First for a table of 12
 * rows and for 200 stages of 50 pods, key by key; then what grows with the number of series.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "draw/frame.h"
#include "pages/pages.h"
#include "prom/decode.h"
#include "unit/world.h"
#include "view/trend.h"
#include "view/view.h"

enum { FRAMES = 300, PODS = 50, POINTS = 240, COLUMNS = 120, ROWS = 40, MOMENTS = 20, DEEP = 40 };

/** A world and what is seen of it. */
struct scene {
    struct world world;
    struct arena arena;
    struct view_state state;
    struct trend_cache cache;
    struct view view;
    struct canvas canvas;
};

/** Durations, to be sorted. */
struct times {
    double ms[FRAMES];
    int count;
};

static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); // others on the machine do not count
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void add(struct times *t, double since)
{
    if (t->count < FRAMES) {
        t->ms[t->count++] = cpu_ms() - since;
    }
}

static double part(struct times *t, double share)
{
    qsort(t->ms, (size_t)t->count, sizeof *t->ms, compare);
    return t->ms[(int)((t->count - 1) * share)];
}

static void make_view(struct scene *s)
{
    const struct view_input input = {.words = world_words(&s->world),
        .state = &s->state,
        .now_ms = WORLD_NOW_MS,
        .columns = COLUMNS,
        .rows = ROWS,
        .cache = &s->cache};
    arena_reset(&s->arena);
    view_build(&s->view, &s->arena, &input);
}

static void draw(struct scene *s)
{
    canvas_resize(&s->canvas, COLUMNS, ROWS);
    frame_draw(&s->canvas, &s->view, GLYPHS_SHADES);
}

static void finish(struct scene *s)
{
    arena_finish(&s->arena);
    trend_memo_finish(&s->cache);
    canvas_finish(&s->canvas);
    world_finish(&s->world);
}

static void start(struct scene *s, int stages)
{
    struct str yaml;
    str_init(&yaml);
    *s = (struct scene){0};
    str_add(&yaml, "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
                   "stages:\n");
    for (int i = 0; i < stages; i++) {
        str_addf(&yaml, "  - {name: s%03d, latency: s%03d_seconds, errors: s%03d_errors_total}\n",
            i, i, i);
    }
    world_init(&s->world, yaml.text);
    for (int i = 0; i < stages; i++) {
        char name[16];
        snprintf(name, sizeof name, "s%03d", i);
        world_requests(&s->world, name, (struct load){9, 0.3}, (struct load){9, i ? 0.3 : 0.9});
        world_errors(&s->world, name, 0.01, 0.01);
    }
    world_judge(&s->world);
    str_finish(&yaml);
}

// As polls bring it: the newest moment alone, for a while.
static void add_pods(struct world *w, int stage)
{
    static const char *const bounds[] = {
        "0.05", "0.1", "0.2", "0.3", "0.4", "0.5", "0.75", "1", "2.5", "5", "10", "+Inf"};
    enum { BOUNDS = sizeof bounds / sizeof *bounds };
    struct signal_data *data = &w->store.signals[w->plan.stages[stage].pods_signal];
    int64_t last = matrix_slot(&data->live, WORLD_NOW_MS);
    for (int64_t slot = last - MOMENTS + 1; slot <= last; slot++) {
        struct batch b = {0};
        for (int pod = 0; pod < PODS; pod++) {
            char name[24];
            snprintf(name, sizeof name, "agent-%02d", pod);
            for (int i = 0; i < BOUNDS; i++) {
                struct batch_series *s = batch_add(&b);
                labels_set(&s->labels, "pod", name);
                labels_set(&s->labels, "le", bounds[i]);
                double share = i < BOUNDS - 1 ? 1 - exp(-6 * strtod(bounds[i], NULL)) : 1;
                batch_add_sample(s, slot * data->live.step_ms, 3 * share);
            }
        }
        matrix_merge(&data->live, &b, slot, slot);
        batch_finish(&b);
    }
    data->condition = CONDITION_ANSWERED;
    data->now_ms = WORLD_NOW_MS;
}

static double judge(struct scene *s)
{
    double begun = cpu_ms();
    struct thresholds thresholds = thresholds_default;
    thresholds.persists = true;
    diagnosis_run(&s->world.diagnosis, &s->world.plan, &s->world.scope, &s->world.store,
        &thresholds, WORLD_NOW_MS);
    return cpu_ms() - begun;
}

static double show(const char *what, struct times *t)
{
    double worst = part(t, 1);
    printf("  %-36s %4d frames   median %6.2f ms   p99 %6.2f ms   worst %6.2f ms\n", what, t->count,
        part(t, 0.5), part(t, 0.99), worst);
    return part(t, 0.99);
}

/** Moves the cursor over PAGE, a frame for each key. Returns the 99th of a hundred. */
static double walk(struct scene *s, enum page page, const char *what)
{
    struct times t = {.count = 0};
    s->state.page = page;
    s->state.selected = (struct row_id){.kind = page == PAGE_PODS ? ROW_POD : ROW_STAGE};
    make_view(s);
    for (int i = 0; i < FRAMES; i++) {
        double begun = cpu_ms();
        s->state.selected = view_step(&s->view, s->state.selected, i / 40 % 2 ? -1 : 1);
        make_view(s);
        draw(s);
        add(&t, begun);
    }
    return show(what, &t);
}

static double table(int stages)
{
    struct scene *s = calloc(1, sizeof *s);
    struct times t = {.count = 0};
    start(s, stages);
    for (int i = 0; i < stages && i < DEEP; i++) {
        add_pods(&s->world, i);
    }
    printf(" %d stages of %d pods\n", stages, PODS);
    double worst = walk(s, PAGE_INCIDENT, "j in the table");
    worst = fmax(worst, walk(s, PAGE_ERRORS, "j on the errors"));
    worst = fmax(worst, walk(s, PAGE_STAGE, "j beside the page of a stage"));
    worst = fmax(worst, walk(s, PAGE_PODS, "j among the pods"));
    s->state.page = PAGE_INCIDENT;
    judge(s);
    for (int i = 0; i < 30; i++) { // a poll: one moment more
        s->world.store.version++;
        for (size_t k = 0; k < s->world.store.count; k++) {
            struct matrix *live = &s->world.store.signals[k].live;
            struct batch none = {0};
            matrix_merge(live, &none, live->asked_last + 1, live->asked_last + 1);
        }
        double begun = cpu_ms();
        judge(s);
        make_view(s);
        draw(s);
        add(&t, begun);
    }
    worst = fmax(worst, show("new data: judged, viewed, drawn", &t));
    finish(s);
    free(s);
    return worst;
}

/** What N series take, in ms. */
struct cost {
    double decode, merge, judge, view, draw;
};

static void make_body(struct str *body, int series)
{
    str_setf(body, "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[");
    for (int n = 0; n < series; n++) {
        str_addf(body, "%s{\"metric\":{\"tool_name\":\"t%04d\"},\"values\":[", n ? "," : "", n);
        for (int i = 0; i < POINTS; i++) {
            str_addf(body, "%s[%.3f,\"%.9g\"]", i ? "," : "",
                (double)WORLD_NOW_MS / 1000 - 15.0 * (POINTS - 1 - i), 1 + 0.001 * (n + i));
        }
        str_add(body, "]}");
    }
    str_add(body, "]}}");
}

static struct cost grow(int series)
{
    struct scene *s = calloc(1, sizeof *s);
    struct cost c = {0};
    struct str body, why;
    struct batch b = {0};
    str_init(&body);
    str_init(&why);
    *s = (struct scene){0};
    world_init(&s->world, world_article);
    world_calm(&s->world);
    for (int i = 0; i < series; i++) {
        char name[16];
        snprintf(name, sizeof name, "t%04d", i);
        world_tool(&s->world, name, 1, 1);
    }
    world_judge(&s->world);
    make_body(&body, series);
    double begun = cpu_ms();
    prom_decode_samples(200, body.text, body.len, &b, &why);
    c.decode = cpu_ms() - begun;
    struct matrix m;
    matrix_init(&m, 15000, POINTS);
    int64_t last = WORLD_NOW_MS / 15000;
    begun = cpu_ms();
    matrix_merge(&m, &b, last - POINTS + 1, last);
    c.merge = cpu_ms() - begun;
    matrix_finish(&m);
    batch_finish(&b);
    s->state.page = PAGE_TOOLS;
    for (int i = 0; i < 5; i++) { // the best of some
        double judging = judge(s);
        begun = cpu_ms();
        make_view(s);
        double viewed = cpu_ms();
        draw(s);
        double drawn = cpu_ms();
        c.judge = i ? fmin(c.judge, judging) : judging;
        c.view = i ? fmin(c.view, viewed - begun) : viewed - begun;
        c.draw = i ? fmin(c.draw, drawn - viewed) : drawn - viewed;
    }
    finish(s);
    free(s);
    str_finish(&body);
    str_finish(&why);
    return c;
}

static void print_growth(void)
{
    static const int sizes[] = {10, 100, 1000};
    struct cost c[3];
    for (int i = 0; i < 3; i++) {
        c[i] = grow(sizes[i]);
    }
    printf(" what grows with series: an hour of calls by tool, ms, and times as much as for 10\n");
    printf("  %-36s %12s %20s %20s\n", "", "10 series", "100", "1,000");
#define ROW(name, field)                                                                           \
    printf("  %-36s %9.3f ms %9.3f ms %6.1fx %9.3f ms %6.0fx\n", name, c[0].field, c[1].field,     \
        c[1].field / c[0].field, c[2].field, c[2].field / c[0].field)
    ROW("decoding the span", decode);
    ROW("taking it into the store", merge);
    ROW("judging", judge);
    ROW("making the view", view);
    ROW("drawing", draw);
#undef ROW
}

int main(void)
{
    printf("frame: processor time per frame of %dx%d\n", COLUMNS, ROWS);
    double worst = table(12);
    worst = fmax(worst, table(200));
    print_growth();
    printf(
        "  = p99 of the slowest kind of frame: %.2f ms, %.0f %% of the 16 ms of a screen's turn\n"
        "  how: %d frames of each kind, made as for the terminal but not sent; the pods of %d\n"
        "       stages are known; the growth is the best of 5.\n",
        worst, worst / 16 * 100, FRAMES, DEEP);
    return 0;
}
