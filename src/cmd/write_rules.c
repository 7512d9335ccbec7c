#include <stdio.h>

#include "base/status.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/oneshot.h"
#include "export/rule_file.h"

static int add_document(struct str *s, const struct config *config, const struct watch *w)
{
    struct ruleset r;
    if (w->store.source.health == HEALTH_LOST) {
        oneshot_say(_("cannot reach %s: %s"), w->config->source.url, w->store.source.why);
        return STATUS_UNKNOWN;
    }
    ruleset_make(&r, &w->plan);
    bool any = r.count > 0;
    if (!any) {
        oneshot_say(
            "%s", *w->store.unmet ? w->store.unmet : _("there is nothing to make rules of"));
    } else if (config->format == FORMAT_PROMETHEUSRULE) {
        rule_file_add_resource(s, &w->plan, &r);
    } else if (config->format == FORMAT_TEST) {
        rule_file_add_tests(s, &w->plan, &r);
    } else {
        rule_file_add(s, &w->plan, &r);
    }
    ruleset_finish(&r);
    return any ? 0 : STATUS_UNKNOWN;
}

int rules_command(const struct config *config)
{
    struct oneshot o;
    struct str s, why;
    str_init(&s);
    str_init(&why);
    int status = STATUS_USAGE;
    if (!oneshot_run_with(&o, config, NULL, NULL, &why)) {
        fprintf(stderr, "ragtop: %s\n", why.text);
    } else {
        status = add_document(&s, config, &o.watches[0]);
        status = oneshot_print(&s, N_("the rules cannot be written: %s")) ? status : STATUS_UNKNOWN;
    }
    oneshot_finish(&o);
    str_finish(&s);
    str_finish(&why);
    return status;
}
