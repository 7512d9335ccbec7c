/**
 * The YAML of a config file and of a profile as shape.h loads it: texts, not yet judged. NULL: not
 * said.
 */
#ifndef RAGTOP_CONFIG_SCHEMA_H
#define RAGTOP_CONFIG_SCHEMA_H

#include <stddef.h>

#include "config/shape.h"

/** Expressions under `expr:`, beside the metrics that they stand for. */
struct yaml_stage_expr {
    char *latency, *errors, *requests;
};

struct yaml_saturation_expr {
    char *used, *limit, *ratio;
};

struct yaml_tools_expr {
    char *calls, *errors;
};

struct yaml_saturation {
    char *name, *used, *limit, *ratio, *unit;
    struct yaml_saturation_expr *expr;
};

struct yaml_slo {
    char *p95, *errors;
};

struct yaml_stage {
    char *name, *errors, *requests, *unit; /**< latency: see latency_key.h */
    struct yaml_slo *slo;
    struct yaml_stage_expr *expr;
    struct yaml_saturation *saturation;
    size_t saturation_count;
    struct yaml_stage *children;
    size_t children_count;
};

struct yaml_by_label {
    char *latency, *label, *unit;
};

struct yaml_tools {
    char *calls, *label, *errors;
    struct yaml_tools_expr *expr;
};

struct yaml_basic_auth {
    char *username, *username_file, *password, *password_file;
};

struct yaml_authorization {
    char *type, *credentials, *credentials_file;
};

struct yaml_tls_config {
    char *ca, *ca_file, *cert, *cert_file, *key, *key_file;
    char *server_name, *insecure_skip_verify, *min_version, *max_version;
};

/** As Prometheus has it; what is under http_headers has names for keys, see http_headers.h. */
struct yaml_http_config {
    struct yaml_basic_auth *basic_auth;
    struct yaml_authorization *authorization;
    char *bearer_token, *bearer_token_file;
    struct yaml_tls_config *tls_config;
    char *proxy_url, *no_proxy, *proxy_from_environment, *follow_redirects, *enable_http2;
};

struct yaml_source {
    char *url, *user, *bearer_token_file, *tenant, *ca_file, *cert_file, *key_file, *proxy;
    char *insecure, *timeout, *netrc, *aws_sigv4;
    char **headers;
    size_t headers_count;
    struct yaml_http_config *http_config;
    char *name, *selector, *namespace; /**< of one among several */
};

struct yaml_baseline {
    char *kind, *range, *file;
};

/** What describes metrics: all that a profile can say, and a part of what a config file can. */
struct yaml_metrics {
    struct yaml_stage *stages;
    size_t stages_count;
    struct yaml_by_label *by_label;
    struct yaml_tools *tools;
    char *pod_label;
};

struct yaml_file {
    struct yaml_source *source;
    struct yaml_source *sources;
    size_t sources_count;
    char *window, *refresh, *span, *selector, *timezone;
    struct yaml_baseline *baseline;
    char **profiles;
    size_t profiles_count;
    struct yaml_metrics metrics;
    char *theme, *color, *ascii, *mouse;
};

/** A latency that is more than a name: only to be checked. */
struct yaml_latency {
    char *metric, *sum, *count, *unit, *type;
};

/** Text on its own, and a struct yaml_latency. */
extern const struct shape_type schema_text, schema_latency;

/** Loads a struct yaml_file. */
extern const struct shape_type schema_file;

/** Loads a struct yaml_metrics. */
extern const struct shape_type schema_profile;

/** Loads a struct yaml_http_config. */
extern const struct shape_type schema_http_config;

#endif
