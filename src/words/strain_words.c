#include "words/strain_words.h"

#include <math.h>

#include "base/clock_in.h"
#include "base/text.h"
#include "words/format.h"
#include "words/phrase.h"

static const char *killed(struct arena *a, double at_s)
{
    if (isnan(at_s)) {
        return _("OOM-killed recently");
    }
    // TRANSLATORS: killed for its memory: "OOM-killed at 09:12"
    return arena_printf(
        a, _("OOM-killed at %s"), clock_local_in(a, (int64_t)(at_s * 1000), "%H:%M"));
}

/** What is said of each kind; the value stands for %s, where there is one. */
struct saying {
    const char *brief, *which; // as N_() has them; WHICH is behind the name of a node
    number_format *format;     // NULL: there is no value
};

static const struct saying sayings[STRAINS] = {
    [STRAIN_THROTTLED] = {N_("CPU throttled %s of the time"), NULL, format_percent},
    [STRAIN_MEMORY] = {N_("memory at %s of its limit"), NULL, format_percent},
    [STRAIN_CPU] = {N_("CPU at %s of its limit"), NULL, format_percent},
    [STRAIN_VOLUME] = {N_("volume %s full"), NULL, format_percent},
    [STRAIN_UNREADY] = {N_("not ready"), NULL, NULL},
    [STRAIN_NETWORK] = {N_("network errors %s"), NULL, format_rate},
    [STRAIN_NODE_NOT_READY] = {N_("node not ready"), N_("which is not ready"), NULL},
    [STRAIN_PRESSED_MEMORY] = {N_("node memory pressure"), N_("which has memory pressure"), NULL},
    [STRAIN_PRESSED_DISK] = {N_("node disk pressure"), N_("which has disk pressure"), NULL},
    [STRAIN_PRESSED_PIDS] = {N_("node PID pressure"), N_("which is short of process IDs"), NULL},
    [STRAIN_NODE_MEMORY] = {N_("node memory %s full"), N_("whose memory is %s full"),
        format_percent},
    [STRAIN_NODE_CPU] = {N_("node CPU %s busy"), N_("whose CPU is %s busy"), format_percent},
    [STRAIN_NODE_DISK] = {N_("node disk %s busy"), N_("whose disk is %s busy"), format_percent},
    [STRAIN_NODE_NETWORK] = {N_("node network errors %s"), N_("whose network has errors (%s)"),
        format_rate},
};

static const char *said(struct arena *a, const char *sentence, number_format *format, double value)
{
    return format ? arena_printf(a, _(sentence), format_in(a, format, value)) : _(sentence);
}

const char *strain_brief(struct arena *a, enum strain_kind kind, double value, const char *part)
{
    if (kind == STRAIN_KILLED) {
        return killed(a, value);
    }
    if (kind == STRAIN_WAITING) {
        return arena_strdup(a, part); // Kubernetes' own word for it
    }
    if (kind == STRAIN_CLOCK) {
        // TRANSLATORS: "GPU 2 at 40 % of its clock"
        return arena_printf(
            a, _("GPU %s at %s of its clock"), part, format_in(a, format_percent, value));
    }
    return said(a, sayings[kind].brief, sayings[kind].format, value);
}

// `node node-a has memory pressure`
static const char *on_node(struct arena *a, const struct evidence *e)
{
    const char *is = said(a, sayings[e->strain].which, sayings[e->strain].format, e->a);
    if (e->of == 1) {
        // TRANSLATORS: "its pod is on node node-a, which has memory pressure"
        return arena_printf(a, _("its pod is on node %s, %s"), e->name, is);
    }
    const char *some = format_exact_in(a, e->pods), *all = format_exact_in(a, e->of);
    if (e->slow) {
        // TRANSLATORS: "3 of 4 slow pods are on node node-a, which has memory pressure"
        return arena_printf(a,
            text_count("%s of %s slow pod is on node %s, %s",
                "%s of %s slow pods are on node %s, %s", (double)e->of),
            some, all, e->name, is);
    }
    // TRANSLATORS: "3 of 4 pods are on node node-a, which has memory pressure"
    return arena_printf(a,
        text_count(
            "%s of %s pod is on node %s, %s", "%s of %s pods are on node %s, %s", (double)e->of),
        some, all, e->name, is);
}

const char *strain_evidence(struct arena *a, const struct evidence *e)
{
    if (strain_is_of_node(e->strain)) {
        return on_node(a, e);
    }
    const char *brief = strain_brief(a, e->strain, e->a, e->part);
    if (e->pods == 1) {
        // TRANSLATORS: "qdrant-0: CPU throttled 62 % of the time"
        return arena_printf(a, _("%s: %s"), e->name, brief);
    }
    // TRANSLATORS: "3 of 4 pods: CPU throttled 62 % of the time (qdrant-0)"
    return arena_printf(a, _("%s of %s pods: %s (%s)"), format_exact_in(a, e->pods),
        format_exact_in(a, e->of), brief, e->name);
}

const char *strain_shared(struct arena *a, const struct evidence *e)
{
    return arena_printf(a,
        _("the slow stages (%s) are all on node %s, and no other pods are: look at the node"),
        format_exact_in(a, e->a), e->name);
}

// Of one pod, which the sentence is about.
static const char *of_the_pod(struct arena *a, const struct evidence *e)
{
    return e->strain == STRAIN_UNREADY ? _("its pod is not ready")
                                       : strain_brief(a, e->strain, e->a, e->part);
}

const char *strain_cause(struct arena *a, const struct words *w)
{
    const struct evidence *node = phrase_evidence(w, EVIDENCE_NODE);
    const struct evidence *strain = phrase_evidence(w, EVIDENCE_STRAIN);
    bool alone = strain && strain->of == 1 && !strain_is_of_node(strain->strain);
    return node     ? strain_shared(a, node)
           : alone  ? of_the_pod(a, strain)
           : strain ? strain_evidence(a, strain)
                    : NULL;
}
