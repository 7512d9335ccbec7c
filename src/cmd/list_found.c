#include <stdio.h>

#include "base/clock_in.h"
#include "base/status.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/oneshot.h"
#include "export/pipeline_yaml.h"

// What was configured is shown as well: it is what is watched.
static struct pipeline pipeline_of(const struct watch *w)
{
    const struct pipeline *found = &w->plan.pipeline;
    const struct config *c = w->config;
    return found->stages_count > 0 || found->tools.label ? *found
                                                         : (struct pipeline){.stages = c->stages,
                                                               .stages_count = c->stages_count,
                                                               .tools = c->tools,
                                                               .pod_label = c->pod_label};
}

static void add_notes(struct str *s, const struct store *store)
{
    for (size_t i = 0; i < store->notes_count; i++) {
        str_addf(s, "# %s\n", store->notes[i]);
    }
}

// A comment ends with its line, whatever was in the text.
static const char *on_one_line(struct arena *a, const char *text)
{
    char *line = arena_strdup(a, text);
    for (char *c = line; *c; c++) {
        *c = *c == '\n' ? ' ' : *c;
    }
    return line;
}

static int add_document(struct str *s, const struct watch *w)
{
    const struct pipeline pipeline = pipeline_of(w);
    const char *url = w->config->source.url;
    struct arena a = {0};
    int status = STATUS_UNKNOWN;
    if (w->store.source.health == HEALTH_LOST) {
        oneshot_say(_("cannot reach %s: %s"), url, w->store.source.why);
    } else if (pipeline.stages_count == 0 && !pipeline.tools.label) {
        oneshot_say("%s", *w->store.unmet ? w->store.unmet : _("nothing was found"));
    } else {
        str_addf(s, "# %s\n",
            on_one_line(&a, arena_printf(&a, _("What ragtop found on %s at %s."), url,
                                clock_local_in(&a, watch_moment(w, 0), "%Y-%m-%d %H:%M"))));
        str_addf(s, "# %s\n",
            _("Save it as ~/.config/ragtop/config.yaml, or use it with ragtop -c FILE."));
        add_notes(s, &w->store);
        pipeline_add_yaml(s, &pipeline);
        status = 0;
    }
    arena_finish(&a);
    return status;
}

int discover_command(const struct config *config)
{
    struct oneshot o;
    struct str s, why;
    str_init(&s);
    str_init(&why);
    int status = STATUS_USAGE;
    if (!oneshot_run(&o, config, PAGE_INCIDENT, &why)) {
        fprintf(stderr, "ragtop: %s\n", why.text);
    } else {
        status = add_document(&s, &o.watches[0]);
        status =
            oneshot_print(&s, N_("what was found cannot be written: %s")) ? status : STATUS_UNKNOWN;
    }
    oneshot_finish(&o);
    str_finish(&s);
    str_finish(&why);
    return status;
}
