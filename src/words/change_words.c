#include "words/change_words.h"

#include <string.h>

#include "base/clock_in.h"
#include "base/text.h"
#include "diagnose/changed_near.h"
#include "words/format.h"
#include "words/phrase.h"

// `qdrant:1.5.0` of `registry.example/qdrant:1.5.0`
static const char *brief_image(const char *image)
{
    const char *slash = strrchr(image, '/');
    return slash ? slash + 1 : image;
}

// Of two tags of one image, `qdrant:1.4.2` and `qdrant:1.5.0`, the tags alone say what is new.
static void shorten(const char **before, const char **after)
{
    const char *tag = strrchr(*before, ':');
    size_t len = tag ? (size_t)(tag + 1 - *before) : 0;
    if (len > 0 && strncmp(*before, *after, len) == 0) {
        *before += len;
        *after += len;
    }
}

static const char *images(
    struct arena *a, const char *from, const char *to, const char *named, const char *unnamed)
{
    const char *before = arena_strdup(a, brief_image(from));
    const char *after = arena_strdup(a, brief_image(to));
    shorten(&before, &after);
    bool known = *before && *after && strcmp(before, after) != 0;
    return known ? arena_printf(a, named, before, after) : unnamed;
}

static const char *restarted(struct arena *a, const char *why, double times)
{
    why = arena_strdup(a, why);
    if (times >= 2) {
        const char *count = format_in(a, format_plain, times);
        return *why ? arena_printf(a,
                          text_count("container restarted %s time: %s",
                              "container restarted %s times: %s", times),
                          count, why)
                    : arena_printf(a,
                          text_count(
                              "container restarted %s time", "container restarted %s times", times),
                          count);
    }
    return *why ? arena_printf(a, _("container restarted: %s"), why) : _("container restarted");
}

static const char *restart(struct arena *a, const char *what, const char *why, double times)
{
    if (times >= 2) {
        const char *count = format_in(a, format_plain, times);
        return *why ? arena_printf(a,
                          text_count("%s restart of %s (%s)", "%s restarts of %s (%s)", times),
                          count, what, why)
                    : arena_printf(a, text_count("%s restart of %s", "%s restarts of %s", times),
                          count, what);
    }
    return *why ? arena_printf(a, _("restart of %s (%s)"), what, why)
                : arena_printf(a, _("restart of %s"), what);
}

const char *change_said(struct arena *a, const struct list *list, size_t i)
{
    const char *from = list_text(list, i, "from"), *to = list_text(list, i, "to");
    switch (change_kind_of(list, i)) {
    case CHANGE_ROLLED:
        return images(a, from, to, _("rollout %s → %s"), _("changed or rolled out"));
    case CHANGE_SCALED:
        return arena_printf(
            a, _("scaled from %s to %s"), arena_strdup(a, from), arena_strdup(a, to));
    case CHANGE_RESTARTED: return restarted(a, to, list_number(list, i, "times"));
    case CHANGE_STARTED: return _("process started");
    case CHANGE_PENDING: return _("pending: waiting for a node");
    case CHANGE_EVICTED: return _("evicted");
    case CHANGE_POD:
        return *to ? arena_printf(a, _("new pod: %s"), arena_strdup(a, brief_image(to)))
                   : _("pod gone");
    case CHANGE_NODE: return *to ? _("node joined") : _("node left");
    case CHANGE_PRESSURE: return arena_printf(a, _("node has %s"), arena_strdup(a, to));
    case CHANGE_ALERT:
        return *to ? arena_printf(a, _("alert firing (%s)"), arena_strdup(a, to))
                   : _("alert firing");
    case CHANGE_MODEL: return *to ? _("model loaded") : _("model gone");
    case CHANGE_RELOADED: return _("Prometheus reloaded its configuration");
    case CHANGE_KINDS: break;
    }
    return "";
}

const char *change_named(struct arena *a, const struct list *list, size_t i)
{
    const char *from = list_text(list, i, "from"), *to = list_text(list, i, "to");
    const char *what = arena_strdup(a, list_text(list, i, "what"));
    const char *why = arena_strdup(a, to);
    switch (change_kind_of(list, i)) {
    case CHANGE_ROLLED: {
        const char *of = images(a, from, to, "%s → %s", NULL);
        // TRANSLATORS: "rollout of qdrant (1.4 → 1.5)"
        return of ? arena_printf(a, _("rollout of %s (%s)"), what, of)
                  : arena_printf(a, _("rollout of %s"), what);
    }
    case CHANGE_SCALED:
        return arena_printf(a, _("%s scaled from %s to %s"), what, arena_strdup(a, from), why);
    case CHANGE_RESTARTED: return restart(a, what, why, list_number(list, i, "times"));
    case CHANGE_STARTED: return arena_printf(a, _("start of %s"), what);
    case CHANGE_PENDING: return arena_printf(a, _("%s pending"), what);
    case CHANGE_EVICTED: return arena_printf(a, _("%s evicted"), what);
    case CHANGE_POD: return arena_printf(a, *to ? _("new pod %s") : _("pod %s gone"), what);
    case CHANGE_NODE: return arena_printf(a, *to ? _("node %s joined") : _("node %s left"), what);
    case CHANGE_PRESSURE: return arena_printf(a, _("%s on node %s"), why, what);
    case CHANGE_ALERT: return arena_printf(a, _("alert %s"), what);
    case CHANGE_MODEL:
        return arena_printf(a, *to ? _("model %s loaded") : _("model %s gone"), what);
    case CHANGE_RELOADED: return _("reload of Prometheus's configuration");
    case CHANGE_KINDS: break;
    }
    return "";
}

// Whether the evidence of the verdict names WHAT as changed.
static bool is_evidence(const struct verdict *v, const char *what)
{
    bool is = false;
    for (size_t i = 0; i < v->evidence_count; i++) {
        const struct evidence *e = &v->evidence[i];
        bool changed = e->kind == EVIDENCE_ROLLOUT || e->kind == EVIDENCE_RESTARTS;
        is = is || (changed && e->name && strcmp(e->name, what) == 0);
    }
    return is;
}

size_t change_near(struct arena *a, const struct words *w, bool beside_evidence, const char **out,
    size_t most, size_t *others)
{
    enum { LOOKED_AT = 32 };
    size_t near[LOOKED_AT];
    int64_t since_ms;
    size_t count = changed_near(near, LOOKED_AT, &since_ms, w->diagnosis, w->store);
    size_t named = 0, said = 0;
    for (size_t i = 0; i < count && i < LOOKED_AT && named < most; i++) {
        const struct list *list = &change_of(w->store)->list;
        if (beside_evidence &&
            is_evidence(&w->diagnosis->verdict, list_text(list, near[i], "what"))) {
            said++;
            continue;
        }
        int64_t at_ms = (int64_t)list_number(list, near[i], "at_ms");
        // TRANSLATORS: when what changed: "09:09 rollout of qdrant (1.4 → 1.5)"
        out[named++] = arena_printf(
            a, _("%s %s"), clock_local_in(a, at_ms, "%H:%M"), change_named(a, list, near[i]));
    }
    *others = count - named - said;
    return named;
}

bool change_is_near(const struct words *w, enum change_kind kind, const char *what)
{
    enum { LOOKED_AT = 32 };
    size_t near[LOOKED_AT];
    int64_t since_ms;
    size_t count = changed_near(near, LOOKED_AT, &since_ms, w->diagnosis, w->store);
    bool is = false;
    for (size_t i = 0; i < count && i < LOOKED_AT; i++) {
        const struct list *list = &change_of(w->store)->list;
        is = is || (change_kind_of(list, near[i]) == kind &&
                       (!what || strcmp(list_text(list, near[i], "what"), what) == 0));
    }
    return is;
}

const char *change_of_rollout(struct arena *a, const struct words *w, const char *name)
{
    const struct changes *changes = change_of(w->store);
    for (size_t i = 0; changes && i < changes->list.count; i++) {
        const struct list *list = &changes->list;
        if (change_kind_of(list, i) == CHANGE_ROLLED &&
            strcmp(list_text(list, i, "what"), name) == 0 && *list_text(list, i, "from") &&
            *list_text(list, i, "to")) {
            const char *of =
                images(a, list_text(list, i, "from"), list_text(list, i, "to"), "%s → %s", "");
            // TRANSLATORS: "qdrant was rolled out at 09:05 (1.4 → 1.5)"
            return arena_printf(a, _("%s was rolled out at %s (%s)"), name,
                clock_local_in(a, (int64_t)list_number(list, i, "at_ms"), "%H:%M"), of);
        }
    }
    return NULL;
}
