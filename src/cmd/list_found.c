#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/oneshot.h"
#include "config/keep.h"
#include "export/found.h"

static bool is_empty(const struct pipeline *p)
{
    return p->stages_count == 0 && !p->tools.label;
}

/** What is watched: what was found, else what was configured, in STAGES, which the caller frees. */
static struct pipeline pipeline_of(const struct watch *w, struct stage_config **stages)
{
    const struct pipeline *found = &w->plan.pipeline;
    const struct config *c = w->config;
    const struct stage_list *labelled = &w->plan.labelled;
    if (!is_empty(found) || found->components.count > 0) {
        return *found;
    }
    size_t count = c->stages_count + labelled->count;
    *stages = mem_zalloc(count + 1, sizeof **stages);
    for (size_t i = 0; i < count; i++) {
        (*stages)[i] = i < c->stages_count ? c->stages[i] : labelled->items[i - c->stages_count];
    }
    return (struct pipeline){
        .stages = *stages, .stages_count = count, .tools = c->tools, .pod_label = c->pod_label};
}

// A person at a terminal reads; where the output goes into a file it is to be used.
static enum output_format format_of(const struct config *config, int width)
{
    return config->format != FORMAT_DEFAULT ? config->format
           : width > 0                      ? FORMAT_TABLE
                                            : FORMAT_YAML;
}

static int add_document(struct str *s, const struct config *config, const struct watch *w,
    const struct pipeline *pipeline)
{
    const struct found found = {.url = w->config->source.url,
        .at_ms = watch_moment(w, clock_now_ms()),
        .pipeline = pipeline,
        .configured = w->plan.pipeline.stages != pipeline->stages,
        .store = &w->store};
    int width = oneshot_width();
    enum output_format format = format_of(config, width);
    bool empty = is_empty(pipeline);
    if (w->store.source.health == HEALTH_LOST) {
        oneshot_say(_("cannot reach %s: %s"), found.url, w->store.source.why);
        return STATUS_UNKNOWN;
    }
    if (empty) {
        oneshot_say("%s", *w->store.unmet ? w->store.unmet : _("nothing was found"));
    }
    if (format == FORMAT_JSON) {
        found_add_json(s, &found);
    } else if (format == FORMAT_TABLE && !(empty && pipeline->components.count == 0)) {
        found_add_table(s, &found, width, config->ascii ? "~" : "…");
    } else if (format == FORMAT_YAML && !empty) { // an empty file would watch nothing
        str_addf(s, "# %s\n",
            _("Save it as ~/.config/ragtop/config.yaml, or use it by ragtop -c FILE."));
        keep_add_source(s, found.url, w->config->selector);
        found_add_yaml(s, &found);
    }
    return empty ? STATUS_UNKNOWN : 0;
}

int discover_command(const struct config *config)
{
    struct oneshot o;
    struct stage_config *stages = NULL;
    struct str s, why;
    str_init(&s);
    str_init(&why);
    int status = STATUS_USAGE;
    if (!oneshot_run_with(&o, config, NULL, NULL, &why)) {
        fprintf(stderr, "ragtop: %s\n", why.text);
    } else {
        const struct pipeline pipeline = pipeline_of(&o.watches[0], &stages);
        status = add_document(&s, config, &o.watches[0], &pipeline);
        status =
            oneshot_print(&s, N_("what was found cannot be written: %s")) ? status : STATUS_UNKNOWN;
    }
    free(stages);
    oneshot_finish(&o);
    str_finish(&s);
    str_finish(&why);
    return status;
}
