#include "app/fleet_show.h"

#include <string.h>

#include "app/app.h"
#include "base/names.h"
#include "base/text.h"
#include "view/stage_rows.h"

// The worst row of what is shown now is selected, until the user moves.
static void show_only(struct app *app, int only)
{
    struct view_state *s = &app->state;
    s->only = only;
    app->cursor_moved = false;
    if (only > 0) {
        s->selected = (struct row_id){ROW_SOURCE, 0, only - 1};
    }
    s->scroll = 0;
}

unsigned fleet_toggle(struct app *app, const char *argument)
{
    (void)argument;
    struct view_state *s = &app->state;
    if (app->watches_count < 2) {
        app_note(app, _("there is only one source; --source NAME=URL watches several"));
    } else if (s->only > 0) {
        s->only = 0;
        app_note(app, _("all sources"));
    } else {
        struct str text;
        str_init(&text);
        str_addf(&text, _("showing only source %s; %s shows all again"),
            app_watch(app)->config->name, app_key(app, "one-source"));
        s->only = s->selected.source + 1;
        app_note(app, text.text);
        str_finish(&text);
    }
    return REACTION_VIEW;
}

static void fold_namespace(struct app *app, const struct view_table *t)
{
    struct view_state *s = &app->state;
    const struct plan *p = &app->watches[s->selected.source].plan;
    uint64_t key = stage_rows_key(p, s->selected.index, s->selected.source);
    bool open = false;
    for (size_t i = 0; t && i < t->count; i++) {
        struct row_id id = t->rows[i].id;
        open = open || (id.kind == ROW_STAGE && id.source == s->selected.source &&
                           stage_rows_key(p, id.index, id.source) == key);
    }
    size_t at = 0;
    while (at < s->namespaces_count && at < STATE_NAMESPACES_MAX && s->namespaces[at].key != key) {
        at++;
    }
    if (at == s->namespaces_count || at == STATE_NAMESPACES_MAX) {
        at = s->namespaces_count++ % STATE_NAMESPACES_MAX;
    }
    s->namespaces[at] = (struct namespace_fold){key, open ? FOLD_CLOSED : FOLD_OPEN};
}

unsigned fleet_fold(struct app *app)
{
    struct view_state *s = &app->state;
    const struct view_pane *pane = view_focused(&app->view);
    const struct view_table *t = pane && pane->kind == PANE_TABLE ? pane->table : NULL;
    bool open = false;
    if (s->selected.kind == ROW_NAMESPACE) {
        fold_namespace(app, t);
        app->cursor_moved = true;
        return REACTION_VIEW;
    }
    for (size_t i = 0; t && i < t->count; i++) {
        const struct view_row *row = &t->rows[i];
        open = open || (!row->heading && row->id.source == s->selected.source);
    }
    s->folds[s->selected.source] = open ? FOLD_CLOSED : FOLD_OPEN;
    app->cursor_moved = true;
    return REACTION_VIEW;
}

static void note_names(struct app *app, const char *name)
{
    struct arena a = {0};
    const char *names = NULL;
    for (size_t i = 0; i < app->watches_count; i++) {
        names = names_next(&a, names, app->watches[i].config->name);
    }
    app_note(app, arena_printf(&a, _("no source %s; use %s, or all"), name, names));
    arena_finish(&a);
}

unsigned fleet_show(struct app *app, const char *argument)
{
    if (app->watches_count < 2) {
        return fleet_toggle(app, ""); // which says so
    }
    if (strcmp(argument, "all") == 0) {
        show_only(app, 0);
        return REACTION_VIEW;
    }
    for (size_t i = 0; i < app->watches_count; i++) {
        if (strcmp(app->watches[i].config->name, argument) == 0) {
            show_only(app, (int)i + 1);
            return REACTION_VIEW;
        }
    }
    note_names(app, argument);
    return REACTION_VIEW;
}
