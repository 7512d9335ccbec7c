#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/oneshot.h"
#include "export/report.h"

static void add_document(struct str *s, struct oneshot *o, const struct config *config)
{
    const struct report r = oneshot_report(o);
    int width = oneshot_width();
    o->state.selected.index = -1;
    oneshot_view(o, width ? width : 200, 0);
    switch (config->format) {
    case FORMAT_JSON: report_add_json(s, &r); break;
    case FORMAT_MARKDOWN: report_add_markdown(s, &o->view, &r); break;
    case FORMAT_CSV: report_add_csv(s, &r); break;
    case FORMAT_DEFAULT:
    case FORMAT_TABLE:
    case FORMAT_TEXT:
    case FORMAT_ANSI:
    case FORMAT_YAML:
    case FORMAT_RULES:
    case FORMAT_PROMETHEUSRULE:
    case FORMAT_TEST:
    case FORMAT_SVG: report_add_table(s, &o->view, &r, width, config->ascii); break;
    }
}

static void say_lost(const struct oneshot *o)
{
    for (size_t i = 0; i < o->watches_count; i++) {
        const struct watch *w = &o->watches[i];
        if (w->store.source.health == HEALTH_LOST) {
            const char *name = w->config->name;
            const char *url = w->config->source.url, *why = w->store.source.why;
            if (name) {
                oneshot_say(_("cannot reach source %s, %s: %s"), name, url, why);
            } else {
                oneshot_say(_("cannot reach %s: %s"), url, why);
            }
        }
    }
}

int report_command(const struct config *config)
{
    struct oneshot o;
    struct str s, why;
    str_init(&s);
    str_init(&why);
    int status = STATUS_USAGE;
    if (!oneshot_run(&o, config, PAGE_COUNT, &why)) {
        fprintf(stderr, "ragtop: %s\n", why.text);
    } else {
        add_document(&s, &o, config);
        status = report_exit_status(oneshot_verdict(&o));
        say_lost(&o);
        if (config->ascii && config->format != FORMAT_JSON) {
            report_make_ascii(&s);
        }
        status =
            oneshot_print(&s, N_("the report cannot be written: %s")) ? status : STATUS_UNKNOWN;
    }
    oneshot_finish(&o);
    str_finish(&s);
    str_finish(&why);
    return status;
}
