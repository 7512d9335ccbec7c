#include "config/schema.h"

#include "config/limits.h"

// every value is text: libcyaml reads numbers by the locale, and takes any word for true
#define TEXT(type, key, member)                                                                    \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_OPTIONAL, type, member, 1, LIMIT_TEXT_BYTES)
#define PEM(type, key, member)                                                                     \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_OPTIONAL, type, member, 1, LIMIT_FILE_BYTES)
#define MAPPING(type, key, member, fields)                                                         \
    CYAML_FIELD_MAPPING_PTR(key, CYAML_FLAG_OPTIONAL, type, member, fields)
#define LIST(type, key, member, entry, most)                                                       \
    CYAML_FIELD_SEQUENCE(                                                                          \
        key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, entry, 0, most)

const cyaml_schema_value_t schema_text = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, LIMIT_TEXT_BYTES),
};

static const cyaml_schema_field_t latency_fields[] = {
    TEXT(struct yaml_latency, "metric", metric),
    TEXT(struct yaml_latency, "sum", sum),
    TEXT(struct yaml_latency, "count", count),
    TEXT(struct yaml_latency, "unit", unit),
    TEXT(struct yaml_latency, "type", type),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t schema_latency = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct yaml_latency, latency_fields),
};

static const cyaml_schema_field_t stage_expr_fields[] = {
    TEXT(struct yaml_stage_expr, "latency", latency),
    TEXT(struct yaml_stage_expr, "errors", errors),
    TEXT(struct yaml_stage_expr, "requests", requests),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t saturation_expr_fields[] = {
    TEXT(struct yaml_saturation_expr, "used", used),
    TEXT(struct yaml_saturation_expr, "limit", limit),
    TEXT(struct yaml_saturation_expr, "ratio", ratio),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t saturation_fields[] = {
    TEXT(struct yaml_saturation, "name", name),
    TEXT(struct yaml_saturation, "used", used),
    TEXT(struct yaml_saturation, "limit", limit),
    TEXT(struct yaml_saturation, "ratio", ratio),
    TEXT(struct yaml_saturation, "unit", unit),
    MAPPING(struct yaml_saturation, "expr", expr, saturation_expr_fields),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t saturation_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct yaml_saturation, saturation_fields),
};

static const cyaml_schema_field_t slo_fields[] = {
    TEXT(struct yaml_slo, "p95", p95),
    TEXT(struct yaml_slo, "errors", errors),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t stage_schema;

static const cyaml_schema_field_t stage_fields[] = {
    TEXT(struct yaml_stage, "name", name),
    CYAML_FIELD_IGNORE("latency", CYAML_FLAG_OPTIONAL),
    TEXT(struct yaml_stage, "errors", errors),
    TEXT(struct yaml_stage, "requests", requests),
    TEXT(struct yaml_stage, "unit", unit),
    MAPPING(struct yaml_stage, "slo", slo, slo_fields),
    MAPPING(struct yaml_stage, "expr", expr, stage_expr_fields),
    LIST(struct yaml_stage, "saturation", saturation, &saturation_schema, LIMIT_SATURATION),
    LIST(struct yaml_stage, "children", children, &stage_schema, LIMIT_STAGES),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t stage_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct yaml_stage, stage_fields),
};

static const cyaml_schema_field_t by_label_fields[] = {
    TEXT(struct yaml_by_label, "latency", latency),
    TEXT(struct yaml_by_label, "label", label),
    TEXT(struct yaml_by_label, "unit", unit),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t tools_expr_fields[] = {
    TEXT(struct yaml_tools_expr, "calls", calls),
    TEXT(struct yaml_tools_expr, "errors", errors),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t tools_fields[] = {
    TEXT(struct yaml_tools, "calls", calls),
    TEXT(struct yaml_tools, "label", label),
    TEXT(struct yaml_tools, "errors", errors),
    MAPPING(struct yaml_tools, "expr", expr, tools_expr_fields),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t basic_auth_fields[] = {
    TEXT(struct yaml_basic_auth, "username", username),
    TEXT(struct yaml_basic_auth, "username_file", username_file),
    TEXT(struct yaml_basic_auth, "password", password),
    TEXT(struct yaml_basic_auth, "password_file", password_file),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t authorization_fields[] = {
    TEXT(struct yaml_authorization, "type", type),
    TEXT(struct yaml_authorization, "credentials", credentials),
    TEXT(struct yaml_authorization, "credentials_file", credentials_file),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t tls_config_fields[] = {
    PEM(struct yaml_tls_config, "ca", ca),
    TEXT(struct yaml_tls_config, "ca_file", ca_file),
    PEM(struct yaml_tls_config, "cert", cert),
    TEXT(struct yaml_tls_config, "cert_file", cert_file),
    PEM(struct yaml_tls_config, "key", key),
    TEXT(struct yaml_tls_config, "key_file", key_file),
    TEXT(struct yaml_tls_config, "server_name", server_name),
    TEXT(struct yaml_tls_config, "insecure_skip_verify", insecure_skip_verify),
    TEXT(struct yaml_tls_config, "min_version", min_version),
    TEXT(struct yaml_tls_config, "max_version", max_version),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t http_config_fields[] = {
    MAPPING(struct yaml_http_config, "basic_auth", basic_auth, basic_auth_fields),
    MAPPING(struct yaml_http_config, "authorization", authorization, authorization_fields),
    TEXT(struct yaml_http_config, "bearer_token", bearer_token),
    TEXT(struct yaml_http_config, "bearer_token_file", bearer_token_file),
    MAPPING(struct yaml_http_config, "tls_config", tls_config, tls_config_fields),
    TEXT(struct yaml_http_config, "proxy_url", proxy_url),
    TEXT(struct yaml_http_config, "no_proxy", no_proxy),
    TEXT(struct yaml_http_config, "proxy_from_environment", proxy_from_environment),
    TEXT(struct yaml_http_config, "follow_redirects", follow_redirects),
    TEXT(struct yaml_http_config, "enable_http2", enable_http2),
    CYAML_FIELD_IGNORE("http_headers", CYAML_FLAG_OPTIONAL),
    CYAML_FIELD_END,
};

#define SOURCE_FIELDS                                                                              \
    TEXT(struct yaml_source, "url", url), TEXT(struct yaml_source, "user", user),                  \
        TEXT(struct yaml_source, "bearer_token_file", bearer_token_file),                          \
        TEXT(struct yaml_source, "tenant", tenant),                                                \
        LIST(struct yaml_source, "headers", headers, &schema_text, LIMIT_HEADERS),                 \
        TEXT(struct yaml_source, "ca_file", ca_file),                                              \
        TEXT(struct yaml_source, "cert_file", cert_file),                                          \
        TEXT(struct yaml_source, "key_file", key_file), TEXT(struct yaml_source, "proxy", proxy),  \
        TEXT(struct yaml_source, "insecure", insecure),                                            \
        TEXT(struct yaml_source, "timeout", timeout), TEXT(struct yaml_source, "netrc", netrc),    \
        TEXT(struct yaml_source, "aws_sigv4", aws_sigv4),                                          \
        MAPPING(struct yaml_source, "http_config", http_config, http_config_fields)

static const cyaml_schema_field_t source_fields[] = {
    SOURCE_FIELDS,
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t named_source_fields[] = {
    TEXT(struct yaml_source, "name", name),
    SOURCE_FIELDS,
    TEXT(struct yaml_source, "selector", selector),
    TEXT(struct yaml_source, "namespace", namespace),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t named_source_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct yaml_source, named_source_fields),
};

static const cyaml_schema_field_t baseline_fields[] = {
    TEXT(struct yaml_baseline, "kind", kind),
    TEXT(struct yaml_baseline, "range", range),
    TEXT(struct yaml_baseline, "file", file),
    CYAML_FIELD_END,
};

#define METRICS_FIELDS(type, stages, by_label, tools, pod_label)                                   \
    LIST(type, "stages", stages, &stage_schema, LIMIT_STAGES),                                     \
        MAPPING(type, "stages_by_label", by_label, by_label_fields),                               \
        MAPPING(type, "tools", tools, tools_fields), TEXT(type, "pod_label", pod_label)

static const cyaml_schema_field_t profile_fields[] = {
    METRICS_FIELDS(struct yaml_metrics, stages, by_label, tools, pod_label),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t file_fields[] = {
    MAPPING(struct yaml_file, "source", source, source_fields),
    LIST(struct yaml_file, "sources", sources, &named_source_schema, LIMIT_SOURCES),
    TEXT(struct yaml_file, "window", window),
    TEXT(struct yaml_file, "refresh", refresh),
    TEXT(struct yaml_file, "span", span),
    TEXT(struct yaml_file, "selector", selector),
    TEXT(struct yaml_file, "timezone", timezone),
    MAPPING(struct yaml_file, "baseline", baseline, baseline_fields),
    LIST(struct yaml_file, "profiles", profiles, &schema_text, LIMIT_PROFILES),
    METRICS_FIELDS(
        struct yaml_file, metrics.stages, metrics.by_label, metrics.tools, metrics.pod_label),
    TEXT(struct yaml_file, "theme", theme),
    TEXT(struct yaml_file, "color", color),
    TEXT(struct yaml_file, "ascii", ascii),
    TEXT(struct yaml_file, "mouse", mouse),
    CYAML_FIELD_IGNORE("keys", CYAML_FLAG_OPTIONAL), // see rebind.h
    CYAML_FIELD_END,
};

const cyaml_schema_value_t schema_file = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct yaml_file, file_fields),
};

const cyaml_schema_value_t schema_profile = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct yaml_metrics, profile_fields),
};

const cyaml_schema_value_t schema_http_config = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct yaml_http_config, http_config_fields),
};
