#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/clock_in.h"
#include "base/status.h"
#include "base/text.h"
#include "base/utf8.h"
#include "cache/saved.h"
#include "cmd/commands.h"
#include "cmd/oneshot.h"

enum { REACH_MS = 24 * CLOCK_HOUR_MS };

static bool has_samples(const struct history *h)
{
    for (int64_t slot = h->first; h->answered && slot <= h->last; slot++) {
        if (matrix_has_sample(&h->matrix, slot)) {
            return true;
        }
    }
    return false;
}

static void collect(struct saved *out, const struct watch *w)
{
    *out = (struct saved){.at_ms = w->scope.pin_ms,
        .first = (w->scope.pin_ms - w->scope.pin_reach_ms) / STORE_HISTORY_STEP_MS,
        .last = w->scope.pin_ms / STORE_HISTORY_STEP_MS};
    for (size_t i = 0; i < w->store.count; i++) {
        const struct history *h = &w->store.signals[i].pinned;
        if (has_samples(h)) {
            struct labels name = {0};
            plan_name_signal(&w->plan, (int)i, &name);
            saved_add(out, &name, &h->matrix);
            labels_finish(&name);
        }
    }
}

static int fail(const char *sentence, int status)
{
    fprintf(stderr, "ragtop: %s\n", sentence);
    return status;
}

static int fail_empty(const struct watch *w)
{
    const char *url = w->config->source.url;
    struct arena a = {0};
    bool lost = w->store.source.reach == REACH_LOST;
    int status = fail(lost ? arena_printf(&a, _("cannot reach %s: %s"), url, w->store.source.why)
                           : arena_printf(&a,
                                 _("nothing was saved: %s has no samples of the watched metrics in "
                                   "the day before %s; ragtop report says what it has"),
                                 url, clock_rfc3339_in(&a, w->scope.pin_ms)),
        STATUS_UNKNOWN);
    arena_finish(&a);
    return status;
}

static void tell(const struct saved *saved, const char *path, size_t wanted)
{
    static const char format[] = "%Y-%m-%d %H:%M";
    struct arena a = {0};
    struct str shown;
    str_init(&shown);
    utf8_add_clean(&shown, path, strlen(path));
    puts(arena_printf(&a,
        text_count("%s: %zu of %zu signal, from %s to %s", "%s: %zu of %zu signals, from %s to %s",
            (double)wanted),
        shown.text, saved->count, wanted,
        clock_local_in(&a, saved->first * STORE_HISTORY_STEP_MS, format),
        clock_local_in(&a, saved->last * STORE_HISTORY_STEP_MS, format)));
    str_finish(&shown);
    arena_finish(&a);
}

static size_t count_wanted(const struct plan *p)
{
    size_t count = 0;
    for (size_t i = 0; i < p->signals_count; i++) {
        count += plan_has_past(p, (int)i);
    }
    return count;
}

int baseline_command(const struct config *config)
{
    struct oneshot o;
    struct saved saved = {0};
    struct str why;
    str_init(&why);
    int status = 0;
    if (!oneshot_poll(&o, config, REACH_MS, &why)) {
        status = fail(why.text, STATUS_USAGE);
    } else {
        collect(&saved, &o.watches[0]);
        if (saved.count == 0) {
            status = fail_empty(&o.watches[0]);
        } else if (!saved_write(&saved, config->save_file, &why)) {
            status = fail(why.text, STATUS_UNKNOWN);
        } else {
            tell(&saved, config->save_file, count_wanted(&o.watches[0].plan));
        }
    }
    saved_finish(&saved);
    oneshot_finish(&o);
    str_finish(&why);
    return status;
}
