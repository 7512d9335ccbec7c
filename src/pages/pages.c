#include "pages/pages.h"

#include <string.h>

static const struct page_entry entries[PAGE_COUNT] = {
    [PAGE_INCIDENT] = {PAGE_INCIDENT, "incident", "1", "the incident table",
        "What is at fault: the verdict, the stages worst first, the tools, and their trends.", true,
        page_incident_build},
    [PAGE_STAGE] = {PAGE_STAGE, "stage", "2", "one stage",
        "The selected row: its latency over time beside what is usual, the distribution over the "
        "buckets, requests, errors, saturation, its pods.",
        false, page_stage_build},
    [PAGE_ERRORS] = {PAGE_ERRORS, "errors", "3", "errors by stage",
        "Failed requests of each stage: the share, what is usual, how many.", true,
        page_errors_build},
    [PAGE_TOOLS] = {PAGE_TOOLS, "tools", "4", "tool calls",
        "What the agent calls: how often, how often per question, and how many calls fail.", true,
        page_tools_build},
    [PAGE_PODS] = {PAGE_PODS, "pods", "5", "the pods of one stage",
        "The instances behind the selected stage: latency, errors and requests of each; those "
        "that differ from the rest are marked.",
        false, page_pods_build},
    [PAGE_QUERY] = {PAGE_QUERY, "query", "6", "a query of your own",
        "Any PromQL, with completion and history: {edit-query} edits it, Enter runs it, {table} "
        "shows this moment as a table. {edit-promql} on another page brings the PromQL of the "
        "pane here.",
        false, page_query_build},
    [PAGE_HELP] = {PAGE_HELP, "help", NULL, "the help", "Keys and signs.", false, page_help_build},
    [PAGE_PROMQL] = {PAGE_PROMQL, "promql", NULL, "the queries",
        "The PromQL behind the previous page; {open} opens the first query on the query page for "
        "editing.",
        false, page_promql_build},
    [PAGE_WALL] = {PAGE_WALL, "wall", NULL, "the wall", "The worst rows in big digits.", true,
        page_wall_build},
};

const struct page_entry *page_entry(enum page page)
{
    return &entries[page];
}

enum page page_find(const char *name)
{
    for (int i = 0; i < PAGE_COUNT; i++) {
        const struct page_entry *p = &entries[i];
        if (strcmp(p->name, name) == 0 || (p->key && strcmp(p->key, name) == 0)) {
            return p->page;
        }
    }
    return PAGE_COUNT;
}

void page_add_unknown(struct str *s, const char *name)
{
    str_addf(s, "there is no page '%s'; these are:", name);
    for (int i = 0; i < PAGE_COUNT; i++) {
        const struct page_entry *p = page_entry((enum page)i);
        if (p->key) {
            str_addf(s, " %s", p->name);
        }
    }
}

bool page_first(const char *name, enum page *out, struct str *why)
{
    *out = name ? page_find(name) : PAGE_INCIDENT;
    if (*out < PAGE_COUNT && page_entry(*out)->key) {
        return true;
    }
    str_setf(why, "--page: ");
    page_add_unknown(why, name);
    return false;
}
