#include <stdio.h>

#include "base/status.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/oneshot.h"
#include "export/grafana.h"

// While W is asked its plan is whole.
static void write(struct watch *w, void *context)
{
    const struct plan *p = &w->plan;
    if (p->stages_count > 0 || p->tool_calls >= 0) {
        grafana_add(context, p);
    }
}

static int tell(const struct watch *w, const struct str *text)
{
    if (w->store.source.health == HEALTH_LOST) {
        oneshot_say(_("cannot reach %s: %s"), w->config->source.url, w->store.source.why);
    } else if (text->len == 0) {
        oneshot_say("%s", *w->store.unmet ? w->store.unmet : _("there are no stages to show"));
    }
    return text->len > 0 ? 0 : STATUS_UNKNOWN;
}

int grafana_command(const struct config *config)
{
    struct oneshot o;
    struct str text, why;
    str_init(&text);
    str_init(&why);
    int status = STATUS_USAGE;
    if (!oneshot_run_with(&o, config, write, &text, &why)) {
        fprintf(stderr, "ragtop: %s\n", why.text);
    } else {
        status = tell(&o.watches[0], &text);
        bool written = oneshot_print(&text, N_("the dashboard cannot be written: %s"));
        status = written ? status : STATUS_UNKNOWN;
    }
    oneshot_finish(&o);
    str_finish(&text);
    str_finish(&why);
    return status;
}
