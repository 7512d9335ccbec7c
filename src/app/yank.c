#include "app/yank.h"

#include <string.h>

#include "app/app.h"
#include "base/disk.h"
#include "base/text.h"
#include "export/copy.h"
#include "term/term.h"
#include "view/fleet_state.h"
#include "words/format.h"

enum { WAIT_MS = 500 }; // for a pipe to take the page, while the screen stands still

/** What can be copied, and what is said of it. */
struct thing {
    const char *none, *sent, *in_tmux;
};

static const struct thing page = {N_("no page (Markdown) here"),
    N_("sent the page (Markdown) to the terminal; if it does not paste, use :write FILE"),
    N_("the page (Markdown) is in tmux's buffer (prefix ] pastes it), and was sent to the "
       "terminal")};
static const struct thing row = {N_("no row here"),
    N_("sent the row to the terminal; if it does not paste, use :write FILE"),
    N_("the row is in tmux's buffer (prefix ] pastes it), and was sent to the terminal")};
static const struct thing query = {N_("no PromQL here"),
    N_("sent the PromQL to the terminal; if it does not paste, use :write FILE"),
    N_("the PromQL is in tmux's buffer (prefix ] pastes it), and was sent to the terminal")};
static const struct thing link_to = {N_("no link here"),
    N_("sent the link to the terminal; if it does not paste, use :write FILE"),
    N_("the link is in tmux's buffer (prefix ] pastes it), and was sent to the terminal")};
static const struct thing trace = {N_("no trace id here"),
    N_("sent the trace id to the terminal; if it does not paste, use :write FILE"),
    N_("the trace id is in tmux's buffer (prefix ] pastes it), and was sent to the terminal")};

static const struct thing commands = {N_("no pod of Kubernetes here"),
    N_("sent the kubectl lines to the terminal; if they do not paste, use :write FILE"),
    N_("the kubectl lines are in tmux's buffer (prefix ] pastes them), and were sent to the "
       "terminal")};

static unsigned copy(
    struct app *app, void (*add)(struct str *s, struct app *app), const struct thing *what)
{
    struct arena a = {0};
    struct str s, text;
    str_init(&s);
    str_init(&text);
    add(&text, app);
    if (text.len == 0) {
        str_add(&s, _(what->none));
    } else {
        switch (term_copy(text.text, text.len)) {
        case TERM_COPY_TOO_LONG:
            str_addf(&s, _("too long for the clipboard (%s KiB): use :write FILE"),
                format_exact_in(&a, (double)(text.len / 1024)));
            break;
        case TERM_COPY_SENT: str_add(&s, _(what->sent)); break;
        case TERM_COPY_IN_TMUX: str_add(&s, _(what->in_tmux)); break;
        }
    }
    app_note(app, s.text);
    arena_finish(&a);
    str_finish(&s);
    str_finish(&text);
    return REACTION_VIEW;
}

static void add_page(struct str *s, struct app *app)
{
    struct view_source sources[LIMIT_SOURCES];
    watch_views(app->watches, app->watches_count, sources);
    const struct report r = {sources, app->watches_count,
        fleet_given(sources, app->watches_count, app->state.only), app->config->warnings,
        app->config->warnings_count};
    copy_add_page(s, &app->view, &r, (size_t)app->state.selected.source);
}

static void add_row(struct str *s, struct app *app)
{
    copy_add_row(s, &app->view);
}

static void add_query(struct str *s, struct app *app)
{
    copy_add_promql(s, &app->view);
}

static void add_link(struct str *s, struct app *app)
{
    const struct words w = watch_words(app_watch(app));
    copy_add_link(s, &app->view, &w);
}

static void add_grafana(struct str *s, struct app *app)
{
    const struct words w = watch_words(app_watch(app));
    if (app->config->grafana_url) {
        copy_add_grafana(
            s, &app->view, &w, app->config->grafana_url, app->config->grafana_datasource);
    }
}

static void add_trace(struct str *s, struct app *app)
{
    copy_add_trace(s, &app->view);
}

static void add_commands(struct str *s, struct app *app)
{
    str_add(s, app->view.commands ? app->view.commands : "");
}

bool yank_has(struct app *app, const char *command)
{
    static const struct {
        const char *command;
        void (*add)(struct str *s, struct app *app);
    } copies[] = {{"copy-row", add_row}, {"copy-query", add_query}, {"copy-link", add_link},
        {"copy-grafana", add_grafana}, {"copy-trace", add_trace}, {"copy-kubectl", add_commands}};
    bool has = true;
    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++) {
        if (strcmp(copies[i].command, command) == 0) {
            struct str s;
            str_init(&s);
            copies[i].add(&s, app);
            has = s.len > 0;
            str_finish(&s);
        }
    }
    return has;
}

unsigned yank_table(struct app *app, const char *argument)
{
    (void)argument;
    return copy(app, add_page, &page);
}

unsigned yank_row(struct app *app, const char *argument)
{
    (void)argument;
    return copy(app, add_row, &row);
}

unsigned yank_query(struct app *app, const char *argument)
{
    (void)argument;
    return copy(app, add_query, &query);
}

unsigned yank_link(struct app *app, const char *argument)
{
    (void)argument;
    return copy(app, add_link, &link_to);
}

unsigned yank_grafana(struct app *app, const char *argument)
{
    (void)argument;
    if (!app->config->grafana_url) {
        app_note(
            app, _("no Grafana is configured: set `grafana: {url: ...}` in the configuration"));
        return REACTION_VIEW;
    }
    return copy(app, add_grafana, &link_to);
}

unsigned yank_trace(struct app *app, const char *argument)
{
    (void)argument;
    return copy(app, add_trace, &trace);
}

unsigned yank_commands(struct app *app, const char *argument)
{
    (void)argument;
    return copy(app, add_commands, &commands);
}

static unsigned write_page(struct app *app, const char *file, bool overwrite)
{
    struct arena a = {0};
    struct str s, path, note, why;
    str_init(&s);
    str_init(&path);
    str_init(&note);
    str_init(&why);
    add_page(&s, app);
    bool known = app_expand(&path, file, &note), exists = false;
    // made new or not at all, so that nothing is lost by a slip of the fingers
    bool ok = known && (overwrite ? disk_replace(path.text, s.text, s.len, WAIT_MS, &why)
                                  : disk_create(path.text, s.text, s.len, &exists, &why));
    if (ok) {
        str_addf(&note, text_count("written: %s, %s byte", "written: %s, %s bytes", (double)s.len),
            file, format_exact_in(&a, (double)s.len));
    } else if (exists) {
        str_addf(&note, _("%s exists; :write! %s overwrites it"), file, file);
    } else if (known) {
        str_addf(&note, _("%s cannot be written: %s"), file, why.text);
    }
    app_note(app, note.text);
    arena_finish(&a);
    str_finish(&why);
    str_finish(&note);
    str_finish(&path);
    str_finish(&s);
    return REACTION_VIEW;
}

unsigned yank_write(struct app *app, const char *argument)
{
    return write_page(app, argument, false);
}

unsigned yank_overwrite(struct app *app, const char *argument)
{
    return write_page(app, argument, true);
}
