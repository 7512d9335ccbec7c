#include "app/completion.h"

#include <string.h>

#include "app/app.h"
#include "app/command_line.h"
#include "app/move.h"
#include "base/text.h"
#include "pages/pages.h"
#include "theme/theme.h"

static const char *source_name(const struct app *app, int i)
{
    int count = (int)app->watches_count;
    return count < 2 || i > count ? NULL : i == count ? "all" : app->watches[i].config->name;
}

static const char *stage_name(const struct app *app, int i)
{
    const struct plan *plan = &app_watch(app)->plan;
    return i < (int)plan->stages_count ? plan->stages[i].name : NULL;
}

// The I-th of what can follow; NULL: there are no more.
static const char *choice(const struct app *app, enum argument argument, int i)
{
    static const char *const switches[] = {"on", "off", NULL};
    static const char *const moments[] = {"yesterday", "today", "monday", "tuesday", "wednesday",
        "thursday", "friday", "saturday", "sunday", "-30m", "-1h", "-1d", NULL};
    static const char *const spans[] = {
        "5m", "15m", "30m", "1h", "2h", "6h", "12h", "1d", "2d", "7d", NULL};
    static const char *const windows[] = {"1m", "2m", "5m", "10m", "30m", "1h", NULL};
    static const char *const speeds[] = {"1", "10", "60", NULL};
    static const char *const kinds[] = {
        "auto", "seasonal", "week", "day", "recent", "mean", "file", NULL};
    static const char *const all[] = {"all", NULL};
    switch (argument) {
    case ARGUMENT_ALL: return all[i];
    case ARGUMENT_SWITCH: return switches[i];
    case ARGUMENT_MOMENT: return moments[i];
    case ARGUMENT_SPAN: return spans[i];
    case ARGUMENT_WINDOW: return windows[i];
    case ARGUMENT_SPEED: return speeds[i];
    case ARGUMENT_BASELINE: return kinds[i];
    case ARGUMENT_THEME: return theme_builtin(i);
    case ARGUMENT_PAGE: return i < PAGE_COUNT ? page_entry((enum page)i)->name : NULL;
    case ARGUMENT_SOURCE: return source_name(app, i);
    case ARGUMENT_STAGE: return stage_name(app, i);
    case ARGUMENT_COLUMN: return move_sort_name(app, i);
    case ARGUMENT_NONE:
    case ARGUMENT_TEXT:
    case ARGUMENT_PROMQL: break;
    }
    return NULL;
}

/** Where a command line is: at its name, or at what follows it. */
struct spot {
    size_t at;                           /**< where the word begins that is being typed */
    bool named;                          /**< the command is written out, */
    const struct command_entry *command; /**< and is this one; NULL: there is none */
};

static struct spot spot_of(const char *line)
{
    size_t len = strcspn(line, " ");
    struct spot spot = {.named = line[len] != '\0'};
    if (spot.named) {
        spot.command = command_find(line, len, true);
        spot.at = len + strspn(line + len, " ");
    }
    return spot;
}

// The I-th word that can stand there.
static const char *word_at(const struct app *app, const struct spot *spot, size_t i)
{
    if (!spot->named) {
        return command_name(i);
    }
    return spot->command ? choice(app, spot->command->argument, (int)i) : NULL;
}

static bool begins_with(const char *word, const char *typed)
{
    return strncmp(word, typed, strlen(typed)) == 0;
}

// --- completing

/** What several candidates begin with alike. */
struct common {
    const char *text;
    size_t len;
    int count;
};

static void consider(struct common *c, const char *candidate)
{
    size_t len = strlen(candidate);
    if (c->count++ > 0) {
        len = 0;
        while (len < c->len && candidate[len] == c->text[len]) {
            len++;
        }
    }
    c->text = candidate;
    c->len = len;
}

void completion_run(struct app *app, struct line *l)
{
    const struct spot spot = spot_of(l->text);
    struct common common = {0};
    const char *word;
    for (size_t i = 0; (word = word_at(app, &spot, i)) != NULL; i++) {
        if (begins_with(word, l->text + spot.at)) {
            consider(&common, word);
        }
    }
    if (common.count == 0) {
        return;
    }
    struct str s;
    str_init(&s);
    str_append(&s, common.text, common.len);
    str_add(&s, common.count == 1 ? " " : "");
    line_replace(l, spot.at, l->len, s.text);
    str_finish(&s);
}

// --- saying

void completion_add_hint(struct str *s, struct app *app, const char *line)
{
    const struct spot spot = spot_of(line);
    const struct command_entry *c = spot.command;
    struct str words;
    str_init(&words);
    const char *word;
    size_t fitting = 0;
    for (size_t i = 0; (word = word_at(app, &spot, i)) != NULL; i++) {
        if (begins_with(word, line + spot.at)) {
            str_addf(&words, "%s%s", fitting++ > 0 ? "  " : "", word);
        }
    }
    c = spot.named ? c : command_find(line, strlen(line), false);
    bool whole = !spot.named && command_named(line, strlen(line)); // sort, and not sort-left
    if (!c && fitting == 0) {
        str_add(s, _("no such command"));
    } else if ((fitting > 1 && !whole) || (spot.named && fitting == 1)) {
        str_add(s, words.text);
    } else if (c) {
        str_addf(s, "%s%s%s", c->placeholder, *c->placeholder ? "  " : "", _(c->help));
    }
    str_finish(&words);
}
