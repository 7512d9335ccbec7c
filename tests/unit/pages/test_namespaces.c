// Stages of several namespaces are below a heading for each.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pages/pages.h"
#include "unit/world.h"
#include "view/stage_rows.h"

static const struct load usually = {2, 0.3};

/** The article's world, in which retrieval is slow by its database, and what is seen of it. */
struct scene {
    struct world world;
    struct arena arena;
    struct view_state state;
    struct view view;
    struct str text;
    int rows;
};

static void start(struct scene *s, const char *retrieval, const char *generation)
{
    *s = (struct scene){.state = {.selected = {.index = -1}}};
    str_init(&s->text);
    struct world *w = &s->world;
    world_init(w, world_article);
    w->store.source.answered_ms = WORLD_NOW_MS;
    w->store.source.health = HEALTH_OK;
    world_requests(w, "retrieval", usually, (struct load){2, 1.8});
    world_requests(w, "vector_db", (struct load){2, 0.25}, (struct load){2, 1.7});
    world_requests(w, "generation", usually, usually);
    w->plan.stages[0].place = retrieval;
    w->plan.stages[2].place = generation;
    world_judge(w);
}

static void stop(struct scene *s)
{
    arena_finish(&s->arena);
    str_finish(&s->text);
    world_finish(&s->world);
}

/** The table's names, those of headings with what is said of them. */
static const char *look(struct scene *s)
{
    const struct view_source source = {.name = "", .words = world_words(&s->world)};
    const struct view_input in = {.words = source.words,
        .sources = &source,
        .sources_count = 1,
        .state = &s->state,
        .now_ms = WORLD_NOW_MS,
        .columns = 120,
        .rows = s->rows,
        .bindings = &s->world.config.bindings};
    arena_reset(&s->arena);
    view_build(&s->view, &s->arena, &in);
    str_clear(&s->text);
    for (size_t i = 0; i < s->view.stages.count; i++) {
        const struct view_row *row = &s->view.stages.rows[i];
        str_addf(&s->text, "%s|", row->cells[COLUMN_NAME].text);
        str_addf(&s->text, row->heading ? "%s|" : "%.0s", row->cells[COLUMN_VERDICT].text);
    }
    return s->text.text;
}

static void choose(struct scene *s, int stage, enum fold fold)
{
    s->state.namespaces[0] =
        (struct namespace_fold){stage_rows_key(&s->world.plan, stage, 0), fold};
    s->state.namespaces_count = 1;
}

#define WHOLE                                                                                      \
    "namespace rag|2 of 2 stages deviate|retrieval P95|└ vector_db P95|"                         \
    "namespace llm|1 stage, normal|generation P95|"

static void one_namespace_needs_no_heading(void **state)
{
    (void)state;
    static const char *const places[][2] = {
        {"rag", "rag"}, {NULL, NULL}, {"rag", NULL}, {NULL, "llm"}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct scene s;
        start(&s, places[i][0], places[i][1]);
        assert_string_equal(look(&s), "retrieval P95|└ vector_db P95|generation P95|");
        stop(&s);
    }
}

static void several_have_one_each_the_worst_first(void **state)
{
    (void)state;
    struct scene s;
    start(&s, "rag", "llm");
    assert_string_equal(look(&s), WHOLE);
    assert_string_equal(s.view.stages.rows[0].cells[COLUMN_MARK].text, "!!");
    stop(&s);
}

static void what_is_folded_is_hidden_unless_one_is_inside(void **state)
{
    (void)state;
    struct scene s;
    start(&s, "rag", "llm");
    choose(&s, 1, FOLD_CLOSED);
    s.state.selected = (struct row_id){ROW_STAGE, 2, 0};
    assert_string_equal(look(&s), "namespace rag|2 of 2 stages deviate (Enter opens)|"
                                  "namespace llm|1 stage, normal|generation P95|");
    s.state.selected = (struct row_id){ROW_STAGE, 1, 0};
    assert_string_equal(look(&s), WHOLE);
    s.state.selected = (struct row_id){ROW_STAGE, 2, 0};
    snprintf(s.state.filter, sizeof s.state.filter, "vector");
    assert_string_equal(
        look(&s), "namespace rag|2 of 2 stages deviate|retrieval P95|└ vector_db P95|");
    stop(&s);
}

static void without_room_the_calm_ones_fold(void **state)
{
    (void)state;
    struct scene s;
    start(&s, "rag", "llm");
    s.rows = 5;
    s.state.selected = (struct row_id){ROW_STAGE, 1, 0};
    assert_string_equal(look(&s),
        "namespace rag|2 of 2 stages deviate|retrieval P95|└ vector_db P95|"
        "namespace llm|1 stage, normal (Enter opens)|");
    choose(&s, 2, FOLD_OPEN);
    assert_string_equal(look(&s), WHOLE);
    stop(&s);
}

static void the_number_of_stages_decides_how_they_are_called(void **state)
{
    (void)state;
    struct scene s;
    start(&s, "rag", "llm");
    world_requests(&s.world, "retrieval", usually, usually);
    world_requests(&s.world, "generation", usually, (struct load){2, 1.8});
    world_judge(&s.world);
    assert_string_equal(look(&s), "namespace llm|1 stage, deviates|generation P95|namespace rag|"
                                  "1 of 2 stages deviates|retrieval P95|└ vector_db P95|");
    stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_namespace_needs_no_heading),
        cmocka_unit_test(several_have_one_each_the_worst_first),
        cmocka_unit_test(what_is_folded_is_hidden_unless_one_is_inside),
        cmocka_unit_test(without_room_the_calm_ones_fold),
        cmocka_unit_test(the_number_of_stages_decides_how_they_are_called),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
