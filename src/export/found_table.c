#include "base/arena.h"
#include "base/clock_in.h"
#include "base/text.h"
#include "config/types.h"
#include "export/columns.h"
#include "export/escape.h"
#include "export/found.h"
#include "export/pipeline_yaml.h"

const char *found_reason(const struct component *c)
{
    switch (c->fate) {
    case COMPONENT_ALONE: return _("nothing in its namespace belongs to a RAG stack");
    case COMPONENT_DOUBLED: return _("its job is shown as another component");
    case COMPONENT_SILENT:
        return _("none of its latencies has series, so it has had no requests yet");
    case COMPONENT_UNJUDGED: return _("it has no latency, and nothing else that could be judged");
    case COMPONENT_UNLINKED:
        return _("it is one of many in its namespace, and no metric shows that it belongs to the "
                 "RAG stack; 'links' can say so");
    case COMPONENT_NO_ROOM: return _("there are as many stages as there is room for");
    case COMPONENT_TAKEN:
    case COMPONENT_FATES: break;
    }
    return "";
}

static const char *reason_in(struct arena *a, const struct component *c)
{
    return c->fate == COMPONENT_DOUBLED && c->other
               ? arena_printf(a, _("its job is shown as %s"), c->other)
               : found_reason(c);
}

static const char *place_in(struct arena *a, const struct component *c)
{
    const char *joint = *c->namespace && *c->job ? "/" : "";
    return arena_printf(a, "%s%s%s", c->namespace, joint, c->job);
}

static const char *link_in(struct arena *a, const struct component *c)
{
    switch (c->link) {
    case COMPONENT_BY_ROLE: return arena_printf(a, _("%s, by role alone"), c->under);
    case COMPONENT_BY_MODEL: return arena_printf(a, _("%s, by model"), c->under);
    case COMPONENT_BY_CALLS: return arena_printf(a, _("%s, by its calls"), c->under);
    case COMPONENT_BY_LINK: return arena_printf(a, _("%s, by your links"), c->under);
    case COMPONENT_ROOT: break;
    }
    return "";
}

static const char *stages_in(struct arena *a, const struct component *c)
{
    const char *list = c->stages.count > 0 ? c->stages.items[0] : "";
    for (size_t i = 1; i < c->stages.count; i++) {
        list = arena_printf(a, "%s, %s", list, c->stages.items[i]);
    }
    return list;
}

static void add_heads(struct columns *c, const char *const *heads)
{
    for (size_t i = 0; heads[i]; i++) {
        columns_add(c, _(heads[i]));
        c->count++;
    }
}

static size_t count_of(const struct component_list *list, bool taken)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        count += (list->items[i].fate == COMPONENT_TAKEN) == taken;
    }
    return count;
}

static void add_taken(
    struct str *s, const struct component_list *list, int width, const char *ellipsis)
{
    static const char *const heads[] = {N_("COMPONENT"), N_("NAMESPACE/JOB"), N_("ROLE"),
        N_("RECOGNISED BY"), N_("PART OF"), N_("STAGES"), NULL};
    struct columns c = {0};
    struct arena a = {0};
    add_heads(&c, heads);
    for (size_t i = 0; i < list->count; i++) {
        const struct component *one = &list->items[i];
        if (one->fate == COMPONENT_TAKEN) {
            columns_add(&c, one->title);
            columns_add(&c, place_in(&a, one));
            columns_add(&c, one->role ? type_role.names[one->role] : "");
            columns_add(&c, one->metric);
            columns_add(&c, link_in(&a, one));
            columns_add(&c, stages_in(&a, one));
        }
    }
    columns_write(&c, s, width, ellipsis);
    arena_finish(&a);
}

static void add_left_out(
    struct str *s, const struct component_list *list, int width, const char *ellipsis)
{
    static const char *const heads[] = {
        N_("LEFT OUT"), N_("NAMESPACE/JOB"), N_("RECOGNISED BY"), N_("WHY"), NULL};
    struct columns c = {0};
    struct arena a = {0};
    add_heads(&c, heads);
    for (size_t i = 0; i < list->count; i++) {
        const struct component *one = &list->items[i];
        if (one->fate != COMPONENT_TAKEN) {
            columns_add(&c, one->title);
            columns_add(&c, place_in(&a, one));
            columns_add(&c, one->metric);
            columns_add(&c, reason_in(&a, one));
        }
    }
    columns_write(&c, s, width, ellipsis);
    arena_finish(&a);
}

static void add_stages(
    struct columns *c, const struct stage_config *stages, size_t count, int depth)
{
    struct arena a = {0};
    for (size_t i = 0; i < count; i++) {
        const struct stage_config *one = &stages[i];
        columns_add(c, arena_printf(&a, "%*s%s", 2 * depth, "", one->name));
        columns_add(c, one->errors.metric ? one->errors.metric : one->errors.expr);
        columns_add(c, one->latency.metric ? one->latency.metric : one->latency.expr);
        add_stages(c, one->children, one->children_count, depth + 1);
    }
    arena_finish(&a);
}

static void add_stage_table(
    struct str *s, const struct pipeline *p, int width, const char *ellipsis)
{
    static const char *const heads[] = {N_("STAGE"), N_("ERRORS"), N_("LATENCY"), NULL};
    struct columns c = {0};
    add_heads(&c, heads);
    add_stages(&c, p->stages, p->stages_count, 0);
    columns_write(&c, s, width, ellipsis);
}

static void add_line(struct str *s, const char *text)
{
    escape_text(s, text);
    str_addc(s, '\n');
}

static void add_title(struct str *s, struct arena *a, const struct found *f)
{
    const char *at = clock_local_in(a, f->at_ms, "%Y-%m-%d %H:%M");
    const struct pipeline *p = f->pipeline;
    add_line(s,
        f->configured ? arena_printf(a, _("What the configuration names, for %s, %s."), f->url, at)
        : p->guessed  ? arena_printf(a,
                            _("What ragtop found on %s, %s: no component that it knows, but these "
                               "latencies, the busiest first (%zu of %zu)."),
                            f->url, at, p->stages_count, p->stages_count + p->guessed_more)
                      : arena_printf(a, _("What ragtop found on %s, %s."), f->url, at));
}

void found_add_table(struct str *s, const struct found *f, int width, const char *ellipsis)
{
    const struct pipeline *p = f->pipeline;
    struct arena a = {0};
    add_title(s, &a, f);
    str_addc(s, '\n');
    if (count_of(&p->components, true) > 0) {
        add_taken(s, &p->components, width, ellipsis);
    } else if (p->stages_count > 0) {
        add_stage_table(s, p, width, ellipsis);
    }
    if (count_of(&p->components, false) > 0) {
        str_addc(s, '\n');
        add_left_out(s, &p->components, width, ellipsis);
    }
    for (size_t i = 0; i < f->store->notes_count; i++) {
        str_add(s, i == 0 ? "\n" : "");
        add_line(s, arena_printf(&a, _("note: %s"), f->store->notes[i]));
    }
    arena_finish(&a);
}

static void add_comments(struct str *s, const struct pipeline *p)
{
    struct arena a = {0};
    for (size_t i = 0; i < p->components.count; i++) {
        const struct component *one = &p->components.items[i];
        if (one->fate != COMPONENT_TAKEN) {
            str_add(s, "# ");
            add_line(s, arena_printf(&a, _("Left out: %s (%s): %s."), one->title, place_in(&a, one),
                            reason_in(&a, one)));
        }
    }
    arena_finish(&a);
}

void found_add_yaml(struct str *s, const struct found *f)
{
    struct arena a = {0};
    const char *at = clock_local_in(&a, f->at_ms, "%Y-%m-%d %H:%M");
    str_add(s, "# ");
    add_line(s, arena_printf(&a, _("What ragtop found on %s, %s."), f->url, at));
    for (size_t i = 0; i < f->store->notes_count; i++) {
        str_add(s, "# ");
        add_line(s, f->store->notes[i]);
    }
    add_comments(s, f->pipeline);
    pipeline_add_yaml(s, f->pipeline);
    arena_finish(&a);
}
