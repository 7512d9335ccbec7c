#include "app/save.h"

#include <stdlib.h>

#include "app/app.h"
#include "base/plain.h"
#include "base/text.h"
#include "config/stages.h"
#include "export/found.h"

static void end(struct app *app)
{
    app->state.prompt = PROMPT_NONE;
    app->state.question = NULL;
    keep_finish(&app->save.keep);
}

static void add_stages(struct str *s, const struct watch *w, int64_t now_ms)
{
    const struct found found = {.url = w->config->source.url,
        .at_ms = watch_moment(w, now_ms),
        .pipeline = &w->plan.pipeline,
        .store = &w->store};
    found_add_yaml(s, &found);
}

// What the user names and has other names as well is looked for, but not found.
static bool was_found(const struct pipeline *p)
{
    bool any = p->guessed || (p->stages_count == 0 && !p->tools.label);
    for (size_t i = 0; !any && i < p->components.count; i++) {
        any = p->components.items[i].metric != NULL;
    }
    return any;
}

/** Why there is nothing to save; NULL: there is. */
static const char *obstacle(struct app *app)
{
    const struct watch *w = app_watch(app);
    const struct pipeline *found = &w->plan.pipeline;
    const struct config *c = app->config;
    if (app->watches_count > 1) {
        return arena_printf(&app->frame,
            _("a configuration has the stages of one source: ragtop discover --source %s > FILE"),
            w->config->name);
    }
    if (c->stages_count > 0 || c->by_label.latency || !was_found(found)) {
        return _("nothing to save: these stages are from the configuration");
    }
    return found->stages_count == 0 && !found->tools.label
               ? _("nothing to save yet: no stages were found")
               : NULL;
}

static void ask(struct app *app)
{
    struct arena *a = &app->frame;
    struct save *s = &app->save;
    const struct pipeline *p = &app_watch(app)->plan.pipeline;
    size_t count = stages_count(&(struct stage_list){p->stages, p->stages_count});
    const char *path = plain_path(a, s->keep.path);
    if (s->keep.exists) {
        str_setf(&s->question,
            text_count("%s exists: add this %zu stage to its end? (y/n)",
                "%s exists: add these %zu stages to its end? (y/n)", (double)count),
            path, count);
    } else {
        str_setf(&s->question,
            text_count("save this %zu stage as %s? (y/n)", "save these %zu stages as %s? (y/n)",
                (double)count),
            count, path);
    }
    app->state.prompt = PROMPT_CONFIRM;
    app->state.question = s->question.text;
}

unsigned save_stages(struct app *app, const char *argument)
{
    struct str path, yaml, why;
    str_init(&path);
    str_init(&yaml);
    str_init(&why);
    const char *none = obstacle(app);
    app->save.usual = !*argument && !app->config->file_given;
    if (none) {
        str_setf(&why, "%s", none);
    } else if (!*argument && !app->config->file) {
        str_setf(&why, _("no home directory to save to: use :save-stages FILE"));
    } else if (!*argument) {
        str_add(&path, app->config->file);
    } else {
        app_expand(&path, argument, &why);
    }
    if (why.len == 0) {
        add_stages(&yaml, app_watch(app), app->now_ms);
        keep_finish(&app->save.keep);
        const struct config *from = app_watch(app)->config;
        if (keep_prepare(&app->save.keep, path.text, from, yaml.text, getenv("HOME"), &why)) {
            ask(app);
        }
    }
    if (why.len > 0) {
        app_note(app, why.text);
    }
    str_finish(&why);
    str_finish(&yaml);
    str_finish(&path);
    return REACTION_VIEW;
}

void save_now(struct app *app)
{
    struct arena *a = &app->frame;
    struct str why;
    str_init(&why);
    const char *path = plain_path(a, app->save.keep.path);
    if (keep_write(&app->save.keep, &why)) {
        app_note(app, app->save.usual
                          ? arena_printf(a, _("written: %s, which ragtop reads from now on"), path)
                          : arena_printf(a, _("written: %s, to be used by ragtop -c"), path));
    } else {
        app_note(app, why.text);
    }
    str_finish(&why);
    end(app);
}

void save_drop(struct app *app)
{
    end(app);
    app_note(app, _("nothing was saved"));
}
