#include "diagnose/alerting.h"

#include <string.h>

#include "base/names.h"
#include "plan/reads.h"

enum alert_phase alerting_phase(const struct alert *a)
{
    return a->state != RULE_FIRING ? ALERT_PENDING : a->held_ms > 0 ? ALERT_CLEARING : ALERT_FIRING;
}

static bool is_one_of(const char *const *words, const char *word)
{
    return names_have_word(words, word, strlen(word));
}

// Of kube-prometheus and many who followed; `none` is that of Watchdog.
enum severity alerting_severity(const struct labels *labels)
{
    static const char *const worst[] = {"critical", "page", "pager", "fatal", "emergency",
        "disaster", "high", "p1", "sev1", "1", NULL};
    static const char *const calm[] = {"none", "info", "informational", "notice", "low", NULL};
    static const char *const always[] = {"Watchdog", "InfoInhibitor", "DeadMansSwitch", NULL};
    const char *name = labels_get(labels, "alertname"), *severity = labels_get(labels, "severity");
    if ((severity && is_one_of(calm, severity)) || (name && is_one_of(always, name))) {
        return SEVERITY_OK;
    }
    return severity && is_one_of(worst, severity) ? SEVERITY_CRITICAL : SEVERITY_WARNING;
}

bool alerting_is_about(
    const struct plan *p, int stage, const struct alert *alert, const char *whole)
{
    return reads_stage(p, stage, whole) && !reads_rules_out(p, stage, &alert->labels);
}

int alerting_stage(const struct plan *p, const struct alert *alert, const char *whole)
{
    int found = -1;
    for (size_t i = 0; i < p->stages_count; i++) {
        bool deeper = found < 0 || p->stages[i].depth > p->stages[found].depth;
        if (deeper && alerting_is_about(p, (int)i, alert, whole)) {
            found = (int)i;
        }
    }
    return found;
}
