#include "mem/config_work.h"

#include "config/file.h"
#include "plan/plan.h"

bool config_work(struct str *why)
{
    static const char yaml[] =
        "source: {url: 'https://a:b@p.example/x', tenant: t, headers: ['A: b'],\n"
        "  http_config: {basic_auth: {username: u, password: p}, tls_config: {ca_file: /x}}}\n"
        "window: 5m\nselector: 'namespace=\"rag\"'\nbaseline: {kind: auto, range: 7d}\n"
        "stages:\n"
        "  - name: retrieval\n    latency: a_seconds\n    errors: 'e_total{stage=\"r\"}'\n"
        "    slo: {p95: 500ms, errors: 1%}\n"
        "    children:\n"
        "      - {name: db, expr: {latency: 'sum by (le) (rate(x_bucket[5m]))'},\n"
        "         saturation: [{name: pool, used: used, limit: most}]}\n"
        "tools: {calls: c_total, label: tool}\n";
    struct config c = {0};
    struct config_file f = {0};
    bool good = file_parse(&f, "f", yaml, sizeof yaml - 1, why) && file_apply(&f, &c, why);
    if (good) {
        struct plan p;
        c.span_ms = 3600000;
        plan_init(&p, &c, NULL, 0);
        plan_resolve(&p);
        plan_finish(&p);
    }
    file_finish(&f);
    config_finish(&c);
    return good;
}
