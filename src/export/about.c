#include "export/about.h"

#include <string.h>

#include "base/clock_in.h"
#include "base/text.h"
#include "view/notice.h"

// Prometheus itself is what everybody expects.
static bool is_another_server(const char *server)
{
    return *server && (strncmp(server, "Prometheus ", 11) != 0 || strchr(server, '/'));
}

void about_add_source(struct str *s, const struct view_source *source, bool local_time)
{
    const struct words *w = &source->words;
    const char *url = w->source->url, *server = w->store->source.server;
    struct arena a = {0};
    const char *what = source->name ? arena_printf(&a, "%s  %s", source->name, url) : url;
    what = is_another_server(server) ? arena_printf(&a, _("%s, %s"), what, server) : what;
    if (source->name && w->store->source.answered_ms == 0) {
        str_addf(s, _("%s, which did not answer"), what);
    } else {
        struct str usual;
        int64_t at_ms = w->diagnosis->tick_ms;
        str_init(&usual);
        words_add_usual(&usual, w);
        str_addf(s,
            plan_is_wide(w->plan) ? _("%s, %s, window %s (few requests), usual: %s")
                                  : _("%s, %s, window %s, usual: %s"),
            what,
            local_time ? clock_local_in(&a, at_ms, "%Y-%m-%d %H:%M:%S %Z")
                       : clock_rfc3339_in(&a, at_ms),
            clock_duration_in(&a, w->plan->window_ms), usual.text);
        str_finish(&usual);
    }
    arena_finish(&a);
}

void about_add_label(struct str *s, const char *name)
{
    if (name) {
        str_addf(s, _("note, %s"), name);
    } else {
        str_add(s, _("note"));
    }
}

bool about_add_warning(struct str *s, const struct view_source *source, size_t i)
{
    return notice_add(s, &source->words, i, true);
}
