#include "export/about.h"

#include <string.h>

#include "base/clock.h"
#include "view/notice.h"

// Prometheus itself is what everybody expects.
static bool is_another_server(const char *server)
{
    return *server && (strncmp(server, "Prometheus ", 11) != 0 || strstr(server, " at "));
}

void about_add_source(struct str *s, const struct view_source *source, bool local_time)
{
    const struct words *w = &source->words;
    str_addf(
        s, "%s%s%s, ", source->name ? source->name : "", source->name ? "  " : "", w->source->url);
    if (is_another_server(w->store->source.server)) {
        str_addf(s, "%s, ", w->store->source.server);
    }
    if (source->name && w->store->source.answered_ms == 0) {
        str_add(s, "which did not answer");
        return;
    }
    if (local_time) {
        clock_add_local(s, w->diagnosis->tick_ms, "%Y-%m-%d %H:%M:%S %Z");
    } else {
        clock_add_rfc3339(s, w->diagnosis->tick_ms);
    }
    str_add(s, ", window ");
    clock_add_duration(s, w->plan->window_ms);
    str_add(s, plan_is_wide(w->plan) ? " (few requests)" : "");
    str_add(s, ", usual: ");
    words_add_usual(s, w);
}

bool about_add_warning(struct str *s, const struct view_source *source, size_t i)
{
    return notice_add(s, &source->words, i, true);
}
