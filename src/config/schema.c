#include "config/schema.h"

#include "config/limits.h"

// every value is text, which value.h reads: numbers whatever the locale, and few words for true
#define TEXT_OF(most)                                                                              \
    {                                                                                              \
        .kind = SHAPE_TEXT, .max = (most), .size = sizeof(char *)                                  \
    }
#define MAPPING_OF(type, list)                                                                     \
    {                                                                                              \
        .kind = SHAPE_MAPPING, .size = sizeof(type), .fields = (list)                              \
    }
#define TEXT(type, name, member)                                                                   \
    {                                                                                              \
        .key = (name), .offset = offsetof(type, member), .value = TEXT_OF(LIMIT_TEXT_BYTES)        \
    }
#define PEM(type, name, member)                                                                    \
    {                                                                                              \
        .key = (name), .offset = offsetof(type, member), .value = TEXT_OF(LIMIT_FILE_BYTES)        \
    }
#define MAPPING(type, name, member, list)                                                          \
    {                                                                                              \
        .key = (name), .offset = offsetof(type, member),                                           \
        .value = MAPPING_OF(*((type *)0)->member, list)                                            \
    }
#define LIST(type, name, member, each, most)                                                       \
    {                                                                                              \
        .key = (name), .offset = offsetof(type, member),                                           \
        .count_offset = offsetof(type, member##_count), .value = {                                 \
            .kind = SHAPE_LIST,                                                                    \
            .max = (most),                                                                         \
            .entry = (each)                                                                        \
        }                                                                                          \
    }
#define ELSEWHERE(name)                                                                            \
    {                                                                                              \
        .key = (name), .value = {.kind = SHAPE_ELSEWHERE }                                         \
    }
#define END                                                                                        \
    {                                                                                              \
        .key = NULL                                                                                \
    }

const struct shape_type schema_text = TEXT_OF(LIMIT_TEXT_BYTES);

static const struct shape_field latency_fields[] = {
    TEXT(struct yaml_latency, "metric", metric),
    TEXT(struct yaml_latency, "sum", sum),
    TEXT(struct yaml_latency, "count", count),
    TEXT(struct yaml_latency, "unit", unit),
    TEXT(struct yaml_latency, "type", type),
    END,
};

const struct shape_type schema_latency = MAPPING_OF(struct yaml_latency, latency_fields);

static const struct shape_field stage_expr_fields[] = {
    TEXT(struct yaml_stage_expr, "latency", latency),
    TEXT(struct yaml_stage_expr, "errors", errors),
    TEXT(struct yaml_stage_expr, "requests", requests),
    END,
};

static const struct shape_field saturation_expr_fields[] = {
    TEXT(struct yaml_saturation_expr, "used", used),
    TEXT(struct yaml_saturation_expr, "limit", limit),
    TEXT(struct yaml_saturation_expr, "ratio", ratio),
    END,
};

static const struct shape_field saturation_fields[] = {
    TEXT(struct yaml_saturation, "name", name),
    TEXT(struct yaml_saturation, "used", used),
    TEXT(struct yaml_saturation, "limit", limit),
    TEXT(struct yaml_saturation, "ratio", ratio),
    TEXT(struct yaml_saturation, "unit", unit),
    MAPPING(struct yaml_saturation, "expr", expr, saturation_expr_fields),
    END,
};

static const struct shape_type saturation_schema =
    MAPPING_OF(struct yaml_saturation, saturation_fields);

static const struct shape_field slo_fields[] = {
    TEXT(struct yaml_slo, "p95", p95),
    TEXT(struct yaml_slo, "errors", errors),
    END,
};

static const struct shape_type stage_schema;

static const struct shape_field stage_fields[] = {
    TEXT(struct yaml_stage, "name", name),
    ELSEWHERE("latency"),
    TEXT(struct yaml_stage, "errors", errors),
    TEXT(struct yaml_stage, "requests", requests),
    TEXT(struct yaml_stage, "unit", unit),
    MAPPING(struct yaml_stage, "slo", slo, slo_fields),
    MAPPING(struct yaml_stage, "expr", expr, stage_expr_fields),
    LIST(struct yaml_stage, "saturation", saturation, &saturation_schema, LIMIT_SATURATION),
    LIST(struct yaml_stage, "children", children, &stage_schema, LIMIT_STAGES),
    END,
};

static const struct shape_type stage_schema = MAPPING_OF(struct yaml_stage, stage_fields);

static const struct shape_field by_label_fields[] = {
    TEXT(struct yaml_by_label, "latency", latency),
    TEXT(struct yaml_by_label, "label", label),
    TEXT(struct yaml_by_label, "unit", unit),
    END,
};

static const struct shape_field tools_expr_fields[] = {
    TEXT(struct yaml_tools_expr, "calls", calls),
    TEXT(struct yaml_tools_expr, "errors", errors),
    END,
};

static const struct shape_field tools_fields[] = {
    TEXT(struct yaml_tools, "calls", calls),
    TEXT(struct yaml_tools, "label", label),
    TEXT(struct yaml_tools, "errors", errors),
    MAPPING(struct yaml_tools, "expr", expr, tools_expr_fields),
    END,
};

static const struct shape_field basic_auth_fields[] = {
    TEXT(struct yaml_basic_auth, "username", username),
    TEXT(struct yaml_basic_auth, "username_file", username_file),
    TEXT(struct yaml_basic_auth, "password", password),
    TEXT(struct yaml_basic_auth, "password_file", password_file),
    END,
};

static const struct shape_field authorization_fields[] = {
    TEXT(struct yaml_authorization, "type", type),
    TEXT(struct yaml_authorization, "credentials", credentials),
    TEXT(struct yaml_authorization, "credentials_file", credentials_file),
    END,
};

static const struct shape_field tls_config_fields[] = {
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
    END,
};

static const struct shape_field http_config_fields[] = {
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
    ELSEWHERE("http_headers"),
    END,
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

static const struct shape_field source_fields[] = {
    SOURCE_FIELDS,
    END,
};

static const struct shape_field named_source_fields[] = {
    TEXT(struct yaml_source, "name", name),
    SOURCE_FIELDS,
    TEXT(struct yaml_source, "selector", selector),
    TEXT(struct yaml_source, "namespace", namespace),
    END,
};

static const struct shape_type named_source_schema =
    MAPPING_OF(struct yaml_source, named_source_fields);

static const struct shape_field baseline_fields[] = {
    TEXT(struct yaml_baseline, "kind", kind),
    TEXT(struct yaml_baseline, "range", range),
    TEXT(struct yaml_baseline, "file", file),
    END,
};

#define METRICS_FIELDS(type, stages, by_label, tools, pod_label)                                   \
    LIST(type, "stages", stages, &stage_schema, LIMIT_STAGES),                                     \
        MAPPING(type, "stages_by_label", by_label, by_label_fields),                               \
        MAPPING(type, "tools", tools, tools_fields), TEXT(type, "pod_label", pod_label)

static const struct shape_field profile_fields[] = {
    METRICS_FIELDS(struct yaml_metrics, stages, by_label, tools, pod_label),
    END,
};

static const struct shape_field file_fields[] = {
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
    ELSEWHERE("keys"), // see rebind.h
    END,
};

const struct shape_type schema_file = MAPPING_OF(struct yaml_file, file_fields);

const struct shape_type schema_profile = MAPPING_OF(struct yaml_metrics, profile_fields);

const struct shape_type schema_http_config =
    MAPPING_OF(struct yaml_http_config, http_config_fields);
