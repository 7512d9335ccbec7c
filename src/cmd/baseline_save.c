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

/** What is really there, of the signal that has the most. */
struct held {
    int64_t ms, first_ms, last_ms;
};

static struct held held_of(const struct history *h)
{
    struct held held = {0};
    for (int64_t slot = h->first; h->answered && slot <= h->last; slot++) {
        if (matrix_has_sample(&h->matrix, slot)) {
            held.last_ms = slot * STORE_HISTORY_STEP_MS;
            held.first_ms = held.ms == 0 ? held.last_ms : held.first_ms;
            held.ms += STORE_HISTORY_STEP_MS;
        }
    }
    return held;
}

static struct held collect(struct saved *out, const struct watch *w)
{
    struct held most = {0};
    *out = (struct saved){.at_ms = w->scope.pin_ms,
        .first = (w->scope.pin_ms - w->scope.pin_reach_ms) / STORE_HISTORY_STEP_MS,
        .last = w->scope.pin_ms / STORE_HISTORY_STEP_MS};
    for (size_t i = 0; i < w->store.count; i++) {
        const struct history *h = &w->store.signals[i].pinned;
        struct held held = held_of(h);
        most = held.ms > most.ms ? held : most;
        if (held.ms > 0) {
            struct labels name = {0};
            plan_name_signal(&w->plan, (int)i, &name);
            saved_add(out, &name, &h->matrix);
            labels_finish(&name);
        }
    }
    return most;
}

static int fail(const char *sentence, int status)
{
    fprintf(stderr, "ragtop: %s\n", sentence);
    return status;
}

// A file with less would be read, and nothing be compared with it.
static int fail_short(const struct watch *w, struct held held)
{
    struct arena a = {0};
    int status = fail(arena_printf(&a,
                          _("nothing was saved: there are only %s of samples in the day before %s, "
                            "and a baseline needs %s"),
                          clock_age_in(&a, held.ms), clock_rfc3339_in(&a, w->scope.pin_ms),
                          clock_age_in(&a, STORE_PIN_LEAST_MS)),
        STATUS_UNKNOWN);
    arena_finish(&a);
    return status;
}

static int fail_empty(const struct watch *w)
{
    const char *url = w->config->source.url;
    struct arena a = {0};
    bool lost = w->store.source.health == HEALTH_LOST;
    int status = fail(lost ? arena_printf(&a, _("cannot reach %s: %s"), url, w->store.source.why)
                           : arena_printf(&a,
                                 _("nothing was saved: %s has no samples of the watched metrics in "
                                   "the day before %s; ragtop report says what it has"),
                                 url, clock_rfc3339_in(&a, w->scope.pin_ms)),
        STATUS_UNKNOWN);
    arena_finish(&a);
    return status;
}

static void tell(const struct saved *saved, const char *path, size_t wanted, struct held held)
{
    static const char format[] = "%Y-%m-%d %H:%M";
    struct arena a = {0};
    struct str shown;
    str_init(&shown);
    utf8_add_clean(&shown, path, strlen(path));
    puts(arena_printf(&a,
        text_count("%s: %zu of %zu signal, %s of samples, from %s to %s",
            "%s: %zu of %zu signals, %s of samples, from %s to %s", (double)wanted),
        shown.text, saved->count, wanted, clock_age_in(&a, held.ms),
        clock_local_in(&a, held.first_ms, format), clock_local_in(&a, held.last_ms, format)));
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
        struct held held = collect(&saved, &o.watches[0]);
        if (saved.count == 0) {
            status = fail_empty(&o.watches[0]);
        } else if (held.ms < STORE_PIN_LEAST_MS) {
            status = fail_short(&o.watches[0], held);
        } else if (!saved_write(&saved, config->save_file, &why)) {
            status = fail(why.text, STATUS_UNKNOWN);
        } else {
            tell(&saved, config->save_file, count_wanted(&o.watches[0].plan), held);
        }
    }
    saved_finish(&saved);
    oneshot_finish(&o);
    str_finish(&why);
    return status;
}
