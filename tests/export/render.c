/**
 * Renders a small world whose every name comes from outside in all formats. Each line of standard
 * input is a case: names in hexadecimal, `-` for an empty one, in the order of enum hostile_place.
 * Each document is written as `CASE FORMAT BYTES`, a newline, and its bytes. See test_hostile.py.
 */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "draw/frame.h"
#include "endpoint/endpoint.h"
#include "export/copy.h"
#include "export/grafana.h"
#include "export/picture.h"
#include "export/report.h"
#include "export/rule_file.h"
#include "feed/want.h"
#include "pages/pages.h"
#include "series/exemplar.h"
#include "unit/world.h"

enum hostile_place {
    PLACE_ROOT,
    PLACE_CHILD,
    PLACE_OTHER,
    PLACE_POOL,
    PLACE_TOOL,
    PLACE_TOOL_2,
    PLACE_NOTE,
    PLACE_WHY,
    PLACE_SERVER,
    PLACE_SOURCE,
    PLACE_SOURCE_2,
    PLACE_URL,
    PLACE_POD,
    PLACE_TRACE,
    PLACE_METRIC,
    PLACE_WARNING,
    PLACE_COUNT,
};

enum { SOURCES = 2 };

/** One source, or two of the same world, with everything that is seen of it. */
struct scene {
    char *names[PLACE_COUNT];
    struct world world;
    struct arena arena;
    struct view_state state;
    struct view view;
    struct view_source sources[SOURCES];
    struct report report;
};

static char *from_hex(const char *hex)
{
    size_t n = *hex == '-' ? 0 : strlen(hex) / 2;
    char *out = mem_zalloc(n + 1, 1);
    for (size_t i = 0; i < n; i++) {
        const char byte[] = {hex[2 * i], hex[2 * i + 1], '\0'};
        out[i] = (char)strtol(byte, NULL, 16);
    }
    return out;
}

static void rename_to(char **name, const char *to)
{
    free(*name);
    *name = mem_strdup(to);
}

static void add_pods(struct world *w, int stage, const char *name)
{
    int signal = w->plan.stages[stage].pods_signal;
    struct str value;
    str_init(&value);
    str_addf(&value, "%s", name);
    world_series(w, signal, "pod", *value.text ? value.text : "pod", 1, 1);
    str_finish(&value);
    w->store.signals[signal].condition = CONDITION_ANSWERED;
}

// What comes of an incident differs: in latency, in the calls of a tool, in their errors, in none.
static void fill(struct world *w, char **names, int kind)
{
    const struct load usual = {2, 0.3};
    world_requests(w, "retrieval", usual, (struct load){2, kind == 0 ? 1.8 : 0.3});
    world_requests(w, "vector_db", usual, (struct load){2, kind == 0 ? 1.7 : 0.3});
    world_requests(w, "generation", usual, usual);
    world_pool(w, "vector_db", 40, kind == 0 ? 97 : 40, 100);
    world_errors(w, "retrieval", 0, 0);
    world_tool(w, names[PLACE_TOOL], 0.6, kind == 1 ? 9 : 0.6);
    world_tool(w, names[PLACE_TOOL_2], 0.2, 0.2);
    world_tool_errors(w, 0.002, kind == 2 ? 0.5 : 0.002);
    add_pods(w, world_stage(w, "vector_db"), names[PLACE_POD]);
}

static void finish_exemplars(void *data)
{
    exemplars_finish(data);
}

static void name_everything(struct scene *s)
{
    struct world *w = &s->world;
    char **names = s->names;
    static const char *const stages[] = {"retrieval", "vector_db", "generation"};
    int index[3];
    for (int i = 0; i < 3; i++) {
        index[i] = world_stage(w, stages[i]);
    }
    for (int i = 0; i < 3; i++) {
        rename_to(&w->plan.stages[index[i]].name, names[PLACE_ROOT + i]);
    }
    rename_to(
        &w->plan.stages[index[1]].metric, names[PLACE_METRIC]); // of one metric, names are shown
    const struct stage *child = &w->plan.stages[index[1]];
    w->plan.signals[child->saturation_first].what = names[PLACE_POOL];
    struct str promql;
    str_init(&promql);
    str_addf(&promql, "sum by (le) (x{a=\"%s\"} or y)", names[PLACE_METRIC]);
    rename_to(&w->plan.signals[child->latency_signal].shown, promql.text);
    str_finish(&promql);
    int refused = w->plan.stages[index[2]].errors_signal;
    w->store.signals[refused].condition = CONDITION_REFUSED;
    snprintf(w->store.signals[refused].why, STORE_WHY_MAX, "%s", names[PLACE_WHY]);
    store_add_note(&w->store, names[PLACE_NOTE]);
    snprintf(w->store.source.server, sizeof w->store.source.server, "%s", names[PLACE_SERVER]);
    config_warn(&w->config, names[PLACE_WARNING]);
    endpoint_set_text(&w->config.source.url, names[PLACE_URL]);
    struct exemplars *list = mem_zalloc(1, sizeof *list);
    store_begin_slot(&w->store, FEED_EXEMPLARS, index[1]);
    store_fill_slot(&w->store, FEED_EXEMPLARS, list, finish_exemplars);
    exemplars_add(list, (struct exemplar){.trace = mem_strdup(names[PLACE_TRACE]),
                            .pod = mem_strdup(names[PLACE_POD]),
                            .value = 1.8,
                            .at_ms = WORLD_NOW_MS - 60000});
}

static void look(struct scene *s, enum page page, int columns, int rows)
{
    s->state.page = page;
    const struct view_input in = {.words = world_words(&s->world),
        .sources = s->sources,
        .sources_count = s->report.count,
        .state = &s->state,
        .now_ms = WORLD_NOW_MS,
        .columns = columns,
        .rows = rows,
        .warnings = s->world.config.warnings,
        .warnings_count = s->world.config.warnings_count};
    view_build(&s->view, &s->arena, &in);
}

static void put(int number, const char *format, struct str *s)
{
    printf("%d %s %zu\n", number, format, s->len);
    fwrite(s->text, 1, s->len, stdout);
    str_finish(s);
}

static void put_reports(int number, struct scene *s)
{
    struct str text;
    str_init(&text);
    s->state.selected.index = -1;
    look(s, PAGE_INCIDENT, 200, 0);
    report_add_table(&text, &s->view, &s->report, 0, false);
    put(number, "table", &text);
    report_add_table(&text, &s->view, &s->report, 80, true);
    report_make_ascii(&text);
    put(number, "ascii-table", &text);
    report_add_markdown(&text, &s->view, &s->report);
    put(number, "markdown", &text);
    report_add_markdown(&text, &s->view, &s->report);
    report_make_ascii(&text);
    put(number, "ascii-markdown", &text);
    report_add_csv(&text, &s->report);
    put(number, "csv", &text);
    report_add_csv(&text, &s->report);
    report_make_ascii(&text);
    put(number, "ascii-csv", &text);
    report_add_json(&text, &s->report);
    put(number, "json", &text);
}

static void put_pictures(int number, const char *page, struct scene *s, const struct theme *theme)
{
    char name[32];
    struct str text;
    struct canvas c;
    str_init(&text);
    canvas_init(&c, 160, 50);
    frame_draw(&c, &s->view, GLYPHS_SOLID);
    canvas_add_text(&c, &text);
    snprintf(name, sizeof name, "text-%s", page);
    put(number, name, &text);
    picture_add_ansi(&text, &c, theme, COLOR_256);
    snprintf(name, sizeof name, "ansi-%s", page);
    put(number, name, &text);
    picture_add_svg(&text, &c, theme);
    snprintf(name, sizeof name, "svg-%s", page);
    put(number, name, &text);
    canvas_finish(&c);
}

static void put_pages(int number, struct scene *s, const struct theme *theme)
{
    static const struct {
        enum page page;
        const char *name;
    } pages[] = {{PAGE_INCIDENT, "incident"}, {PAGE_STAGE, "stage"}, {PAGE_ERRORS, "errors"},
        {PAGE_TOOLS, "tools"}, {PAGE_PODS, "pods"}, {PAGE_PROMQL, "promql"}, {PAGE_WALL, "wall"}};
    s->state.selected.index = 1;
    s->state.exemplars = true;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char name[32];
        struct str text;
        str_init(&text);
        look(s, pages[i].page, 160, 50);
        snprintf(name, sizeof name, "page-%s", pages[i].name);
        copy_add_page(&text, &s->view, &s->report, 0);
        put(number, name, &text);
        snprintf(name, sizeof name, "row-%s", pages[i].name);
        copy_add_row(&text, &s->view);
        put(number, name, &text);
        snprintf(name, sizeof name, "promql-%s", pages[i].name);
        copy_add_promql(&text, &s->view);
        put(number, name, &text);
        const struct words words = world_words(&s->world);
        snprintf(name, sizeof name, "link-%s", pages[i].name);
        copy_add_link(&text, &s->view, &words);
        put(number, name, &text);
        snprintf(name, sizeof name, "trace-%s", pages[i].name);
        copy_add_trace(&text, &s->view);
        put(number, name, &text);
        put_pictures(number, pages[i].name, s, theme);
    }
}

// With PromQL of its own, as what is configured was checked.
static void put_exports(int number, struct scene *s)
{
    struct plan *p = &s->world.plan;
    const int child = plan_find_stage(p, s->names[PLACE_CHILD]);
    rename_to(&p->signals[p->stages[child].latency_signal].shown, "up");
    struct ruleset rules;
    struct str text;
    str_init(&text);
    ruleset_make(&rules, p, NULL);
    rule_file_add(&text, p, &rules);
    put(number, "rules", &text);
    rule_file_add_resource(&text, p, &rules);
    put(number, "resource", &text);
    rule_file_add_tests(&text, p, &rules);
    put(number, "unit-tests", &text);
    grafana_add(&text, p);
    put(number, "grafana", &text);
    ruleset_finish(&rules);
}

static void render(int number, char *line, const struct theme *theme)
{
    struct scene s = {0};
    char *rest = line;
    for (int i = 0; i < PLACE_COUNT; i++) {
        const char *word = strtok_r(i == 0 ? line : NULL, " \n", &rest);
        s.names[i] = from_hex(word ? word : "-");
    }
    bool several = number % 2 == 1;
    world_init(&s.world, world_article);
    fill(&s.world, s.names, number / 2 % 4);
    name_everything(&s);
    world_judge(&s.world);
    for (int i = 0; i < SOURCES; i++) {
        s.sources[i] = (struct view_source){
            .name = several ? s.names[PLACE_SOURCE + i] : NULL, .words = world_words(&s.world)};
    }
    s.report = (struct report){s.sources, several ? SOURCES : 1, 0, s.world.config.warnings,
        s.world.config.warnings_count};
    put_reports(number, &s);
    put_pages(number, &s, theme);
    put_exports(number, &s);
    arena_finish(&s.arena);
    world_finish(&s.world);
    for (int i = 0; i < PLACE_COUNT; i++) {
        free(s.names[i]);
    }
}

int main(void)
{
    struct theme theme;
    struct str why;
    str_init(&why);
    if (!setlocale(LC_CTYPE, "C.UTF-8") || !theme_load(&theme, "default", NULL, &why)) {
        return 1;
    }
    char *line = NULL;
    size_t size = 0;
    for (int number = 0; getline(&line, &size, stdin) > 0; number++) {
        render(number, line, &theme);
    }
    free(line);
    str_finish(&why);
    return fflush(stdout) != 0;
}
