/**
 * Everything the user said, from the command line, the environment, YAML files and built-in
 * profiles, checked and merged into one struct that nothing changes afterwards.
 */
#ifndef RAGTOP_CONFIG_CONFIG_H
#define RAGTOP_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/embedded.h"
#include "base/names.h"
#include "base/str.h"
#include "base/zone.h"
#include "bind/bindings.h"
#include "config/input.h"
#include "config/signal.h"
#include "endpoint/endpoint.h"
#include "theme/color.h"

/** Which past is "usual". */
enum baseline_kind {
    BASELINE_AUTO,     /**< the first of week, day and recent that has enough points */
    BASELINE_SEASONAL, /**< the first of week and day */
    BASELINE_WEEK,     /**< the same weekday and hour of earlier weeks: median */
    BASELINE_DAY,      /**< the same hour of the last days: median */
    BASELINE_RECENT,   /**< the hours before the last one: median */
    BASELINE_MEAN,     /**< the same hour of the last days: arithmetic mean */
    BASELINE_FILE,     /**< what `ragtop baseline save` wrote */
    BASELINE_PINNED,   /**< before a moment that was pinned; never configured */
};

/** What lines of charts are drawn with. */
enum charts_glyphs { CHARTS_AUTO, CHARTS_BRAILLE, CHARTS_SEXTANTS, CHARTS_OCTANTS };

/** The sequence by which the terminal is asked to tell the desktop something. */
enum notify_how { NOTIFY_NEVER, NOTIFY_OSC9, NOTIFY_OSC777 };

enum output_format {
    FORMAT_DEFAULT, /**< table (report), text (screenshot); of discover see list_found.c */
    FORMAT_TABLE,
    FORMAT_MARKDOWN,
    FORMAT_JSON,
    FORMAT_CSV,
    FORMAT_TEXT,
    FORMAT_ANSI,
    FORMAT_SVG,
    FORMAT_YAML,
    FORMAT_RULES, /**< of rules: a rule file, a PrometheusRule, tests of it */
    FORMAT_PROMETHEUSRULE,
    FORMAT_TEST,
};

/** What the configuration says a metric is, whatever the server says of it. */
enum metric_type {
    METRIC_UNSAID,
    METRIC_GAUGE,
    METRIC_COUNTER,
    METRIC_HISTOGRAM,
    METRIC_SUMMARY,
};

/**
 * One number's source: a metric with optional matchers (`name{stage="retrieval"}`), a whole PromQL
 * expression, or a plain number. Nothing set: not configured.
 */
struct metric_config {
    char *metric;
    char *expr;
    char *count;   /**< of a latency of two counters: counts requests, where METRIC adds up time */
    double number; /**< of a limit; 0: none */
    double to_seconds; /**< of a latency: factor from its unit; 0: see struct stage_config */
    enum metric_type type;
    struct metric_config *other; /**< stands for it where it has no series; owned; NULL: nothing */
    /** What other versions call it, so that it may have been called that before; owned, or NULL. */
    struct metric_config *older;
};

/** A resource that can run out: a pool, a budget. Without a limit it is a queue. */
struct saturation_config {
    char *name; /**< what is counted, for the reader: "connections" */
    struct metric_config used, limit;
    double full; /**< USED is a share, and that much of it is all: 1 or 100; 0: it is a count */
};

/** A number of a stage beside latency, errors and requests. */
struct declared_config {
    enum signal_kind kind;
    enum signal_form form;
    /** SOURCE: of a latency or a mean the base name. LIMIT: the second metric of a form of two; of
     * a latency or a mean what counts its requests. */
    struct metric_config source, limit;
    enum signal_bad bad; /**< UP, DOWN or NONE */
    enum signal_over over;
    double factor;         /**< what one of SOURCE is in the unit of KIND */
    double full;           /**< of a share that fills up: less never alarms; 0: not given */
    bool bounded;          /**< only values of a gauge from LOW to HIGH are meant */
    double low, high;      /**< NaN: not given */
    double warn, critical; /**< of STATE: from there on, the way that is bad; NaN: not given */
};

/** What a stage does, from the user inwards. */
enum stage_role {
    STAGE_ROLE_NONE,
    STAGE_ROLE_GATEWAY, /**< HTTP in front of the application */
    STAGE_ROLE_APPLICATION,
    STAGE_ROLE_RETRIEVAL,
    STAGE_ROLE_GENERATION, /**< what asks a language model */
    STAGE_ROLE_EMBEDDER,
    STAGE_ROLE_VECTOR_DB,
    STAGE_ROLE_RERANKER,
    STAGE_ROLE_TOOLS,
    STAGE_ROLE_LLM_GATEWAY, /**< in front of language models */
    STAGE_ROLE_LLM,
    STAGE_ROLE_GPU,
    STAGE_ROLE_CACHE,
    STAGE_ROLES,
};

/**
 * One stage of the pipeline, with the stages it contains. What a profile has is a template of
 * stages: see BY and WHEN.
 */
struct stage_config {
    char *name;
    enum stage_role role;
    bool linked;   /**< where it is in the tree is assumed: it follows from its role or model */
    bool separate; /**< it was found as another program than its parent: others may call it too */
    char *place;   /**< the namespace that it was found in; NULL: none */
    char *by;      /**< of a template: a stage for each value of that label; NULL: one */
    char *when;    /**< of a template: matchers of its series; NULL: none */
    struct metric_config latency; /**< metric: the base name, without _bucket, _sum, _count */
    struct metric_config errors;
    struct metric_config requests; /**< neither: the latency's count */
    double to_seconds;             /**< factor from the metric's unit; 0: from the name's suffix */
    double slo_p95_s;              /**< 0: none */
    double slo_errors;             /**< a ratio; 0: none */
    char *pod_label;               /**< tells its instances apart, where series have it; or NULL */
    struct saturation_config *saturation;
    size_t saturation_count;
    struct declared_config *declared; /**< under `signals:` */
    size_t declared_count;
    struct stage_config *children;
    size_t children_count;
};

/** One latency metric whose label values are the stages. Metric NULL: none. */
struct stages_by_label_config {
    char *latency;
    char *label;
    double to_seconds;        /**< as in struct stage_config */
    struct stage_config each; /**< what each has beside: errors, slo and children */
};

/** The tools an agent calls. Both sources unset: none. */
struct tools_config {
    struct metric_config calls;
    struct metric_config errors;
    struct declared_config latency; /**< a mean, with the same label; no source: it is not known */
    char *label;                    /**< the label of CALLS that names the tool */
};

/** A metric that counts calls between services. */
struct edge_config {
    char *metric; /**< a counter by its name, or a histogram by its base name */
    char *from;   /**< the label that names the workload that calls; NULL: who exports it does */
    char *to;     /**< the label that names what is called: a workload, a host, host:port */
    char *from_namespace, *to_namespace; /**< labels; NULL: see catalogue/tree.h */
};

/** Of the stages of components, which calls which: names as the table has them, or `X@PLACE`. */
struct link_config {
    char *from, *to;
};

/** What is known of a component of other people's stacks: see profile.h. */
struct profile {
    char *name;  /**< short: "vllm" */
    char *title; /**< for the reader: "vLLM"; NULL: its name */
    enum stage_role role;
    struct name_list detect;   /**< names of metrics, any of which shows that it is there */
    char *where;               /**< matchers that set it apart; NULL: none */
    char *by;                  /**< as of the stages; NULL: none */
    bool built_in;             /**< looked for without being named: its types are known */
    bool generic;              /**< not of RAG stacks alone */
    struct name_list replaces; /**< profiles, or stages of theirs, that are of the same requests */
    struct stage_config *stages; /**< templates */
    size_t stages_count;
    struct edge_config *edges;
    size_t edges_count;
    struct tools_config tools;
    char *pod_label; /**< NULL: see labels_instance() */
    /** A built-in one whose edges, stages and tools are still to be read; see profile_complete() */
    const struct embedded_file *unread;
};

/** Of a screenshot, in cells. */
struct frame_size {
    int columns, rows;
};

/** One of several sources. */
struct named_source {
    char *name; /**< short, of letters, digits, '.', '_' and '-' */
    struct endpoint source;
    char *selector;     /**< label matchers for every selector there; NULL: none */
    int64_t refresh_ms; /**< what its server wants, where nothing else is configured; 0: nothing */
};

struct config {
    struct endpoint source;
    struct endpoint alertmanager; /**< without a url: it is to be found */
    bool read_only;               /**< nothing is changed on any server */
    const char *name;             /**< of SOURCE among several; NULL: there is no other */
    struct named_source *sources; /**< several, in place of SOURCE */
    size_t sources_count;         /**< 0: SOURCE alone */
    int64_t window_ms;            /**< rate window; 0: max(5m, 4 x scrape interval) */
    int64_t span_ms;              /**< how far trends reach back */
    int64_t refresh_ms;           /**< poll interval; 0: the scrape interval */
    char *selector; /**< label matchers for every selector, `a="b",c=~"d"`; NULL: none */
    enum baseline_kind baseline;
    char *baseline_file; /**< for BASELINE_FILE, and where BASELINE_AUTO knows nothing; or NULL */
    int64_t baseline_range_ms; /**< how far back "usual" looks */
    struct zone *zone; /**< of the users: which time of day and weekday it is; NULL: the system's */
    bool has_at;
    int64_t at_ms; /**< the moment to judge, when has_at */

    struct stage_config *stages;
    size_t stages_count;
    struct stages_by_label_config by_label;
    struct tools_config tools;
    char *pod_label;          /**< tells instances of a stage apart; NULL: see labels_instance() */
    struct profile *profiles; /**< components to look for on the server; none: nothing is */
    size_t profiles_count;
    struct link_config *links; /**< they go before whatever else tells who calls whom */
    size_t links_count;

    enum output_format format;
    enum color_depth color;
    char *theme;                            /**< name or file; NULL: default */
    bool light_background;                  /**< of the terminal, as the environment has it */
    char *grafana_url, *grafana_datasource; /**< for links to it; NULL: none, its default one */
    char *page;                             /**< the first one; NULL: default */
    bool ascii;
    bool mouse;
    enum charts_glyphs charts;
    bool bell;                /**< is rung when an incident begins */
    enum notify_how notify;   /**< how the desktop learns of incidents */
    struct bindings bindings; /**< what keys do */
    int64_t wall_ms; /**< a page of the wall display changes that often; 0: no wall display */
    bool screenshot;
    struct frame_size size; /**< of the screenshot */
    bool verbose;
    char *log_file;        /**< NULL: stderr */
    char *save_file;       /**< of `baseline save`; else NULL */
    char *record;          /**< the file that replies are recorded in; NULL: none */
    char *replay;          /**< the recording that answers in place of a server; NULL: none */
    double speed;          /**< of the recording's clock */
    char *recorded;        /**< see recorded_add_keys(); NULL unless RECORD */
    char *help_on;         /**< the command that `help COMMAND` is about; NULL: all */
    char *cache_directory; /**< of history; NULL: none */
    char *state_directory; /**< of the queries that were asked; NULL: none */
    char *file;            /**< that is read, or would be if it existed; NULL: not known */
    bool file_given;       /**< by an option, and not the usual one */
    char *directory;       /**< of the user's own themes and profiles; NULL: not known */
    char **warnings;       /**< sentences that the user is to read */
    size_t warnings_count;
};

/** What the command line asks for. */
enum command {
    COMMAND_TOP,
    COMMAND_REPORT,
    COMMAND_BASELINE,
    COMMAND_DISCOVER,
    COMMAND_CHECK,
    COMMAND_RULES,
    COMMAND_GRAFANA,
    COMMAND_DOCTOR,
    COMMAND_HELP,
    COMMAND_VERSION,
    COMMAND_COMPLETE,
};

/**
 * Reads it all into *OUT: options override the config file, which overrides profiles.
 *
 * On failure returns false and sets *WHY to one line: `file:line:column: sentence` for a file,
 * `sentence` for an option; *OUT is then finished. The caller calls config_finish().
 * Secrets given as arguments (-u, -H) are copied and overwritten in ARGV.
 */
bool config_load(
    struct config *out, enum command *command, const struct config_input *input, struct str *why);

/** Adds SENTENCE to the warnings of C, once. */
void config_warn(struct config *c, const char *sentence);

/** How many sources are watched; at least 1. */
size_t config_sources(const struct config *c);

/** C as it is for source I alone: a copy that points into C and is not to be finished. */
struct config config_of_source(const struct config *c, size_t i);

/** Frees what config_load() filled; a zeroed struct is accepted. */
void config_finish(struct config *c);

/**
 * Appends the text of --help: usage, commands and options. PAGES are the names for --page,
 * NULL-terminated.
 */
void config_add_help(struct str *out, const char *const *pages);

#endif
