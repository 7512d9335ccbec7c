/*
 * Config files: what is refused is refused with its place and one sentence, and what is taken
 * makes a plan. The same bytes as a profile say nothing of where to ask.
 */
#include <string.h>

#include "base/check.h"
#include "config/file.h"
#include "config/profile.h"
#include "endpoint/endpoint.h"
#include "fuzz/target.h"
#include "plan/plan.h"

static void check_refusal(const char *why)
{
    unsigned line, column;
    int at = 0;
    check(sscanf(why, "f:%u:%u: %n", &line, &column, &at) == 2 && at > 0);
    check(!strpbrk(why, "\n\r\033"));
    check(strncmp(why + at, "this cannot", 11) != 0); // the sentence of last resort
}

static void take_profile(const uint8_t *data, size_t size)
{
    struct config c = {0};
    struct str why;
    str_init(&why);
    if (!profile_apply("f", (const char *)data, size, size % 2 == 0, &c, &why)) {
        check_refusal(why.text);
    }
    const struct endpoint *s = &c.source;
    check(!s->url && !s->params && !s->proxy && !s->no_proxy && !s->ca.file && !s->ca.text);
    check(!endpoint_has_auth(s) && s->headers_count + s->header_files_count == 0 && !s->insecure);
    check(c.sources_count == 0 && !c.selector && !c.baseline_file && !c.theme);
    config_finish(&c);
    str_finish(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config c = {0};
    struct config_file f;
    struct str why;
    str_init(&why);
    if (file_parse(&f, "f", (const char *)data, size, &why) && file_apply(&f, &c, &why)) {
        struct plan p;
        c.span_ms = c.span_ms ? c.span_ms : 3600000;
        plan_init(&p, &c, NULL, 0);
        plan_resolve(&p);
        plan_finish(&p);
    } else {
        check_refusal(why.text);
    }
    file_finish(&f);
    config_finish(&c);
    str_finish(&why);
    take_profile(data, size);
    return 0;
}
