#include "prom/exemplars.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static enum prom_status decode(
    struct exemplars *out, long status, const char *body, struct str *why)
{
    *out = (struct exemplars){0};
    str_clear(why);
    return prom_decode_exemplars(status, body, strlen(body), out, why);
}

static void what_matters_is_read(void **state)
{
    (void)state;
    struct exemplars list;
    struct str why;
    str_init(&why);
    // as Prometheus 2.42 has it, but for the second, whose numbers are as Thanos may have them
    static const char body[] =
        "{\"status\":\"success\",\"data\":[{\"seriesLabels\":{\"__name__\":\"x_bucket\","
        "\"instance\":\"10.0.0.1:80\",\"le\":\"0.5\",\"pod\":\"p-1\"},\"exemplars\":["
        "{\"labels\":{\"span_id\":\"s\",\"trace_id\":\"ab\\u001b[31mc\"},"
        "\"value\":\"0.4\",\"timestamp\":1770195600.5},"
        "{\"labels\":{\"TraceID\":\"de\"},\"value\":1.5,\"timestamp\":\"1770195601\"}]},"
        "{\"seriesLabels\":{\"instance\":\"10.0.0.2:80\"},\"exemplars\":["
        "{\"labels\":{\"id\":\"fg\"},\"value\":\"0.1\",\"timestamp\":1770195602}]},"
        "{\"seriesLabels\":{},\"exemplars\":["
        "{\"labels\":{\"traceId\":\"h\"},\"value\":\"0.01\",\"timestamp\":1770195603}]}]}";
    assert_int_equal(decode(&list, 200, body, &why), PROM_OK);
    assert_int_equal(list.count, 4);
    static const struct {
        const char *trace, *pod;
        double value;
        int64_t at_ms;
    } want[] = {
        {"de", "p-1", 1.5, 1770195601000},
        {"ab\xEF\xBF\xBD[31mc", "p-1", 0.4, 1770195600500}, // steers no terminal
        {"fg", "10.0.0.2:80", 0.1, 1770195602000},
        {"h", NULL, 0.01, 1770195603000},
    };
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(list.items[i].trace, want[i].trace);
        assert_true(want[i].pod ? strcmp(list.items[i].pod, want[i].pod) == 0 : !list.items[i].pod);
        assert_true(list.items[i].value == want[i].value && list.items[i].at_ms == want[i].at_ms);
    }
    exemplars_finish(&list);
    str_finish(&why);
}

static void what_is_none_is_left_out(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "[]",
        "{}",
        "\"text\"",
        "null",
        "[1,null,\"x\",[],{}]",
        "[{\"exemplars\":{}}]",
        "[{\"exemplars\":[1,null,[],{},{\"labels\":[]},{\"value\":\"1\"}]}]",
        "[{\"exemplars\":[{\"labels\":{},\"value\":\"1\",\"timestamp\":1}]}]",
        "[{\"exemplars\":[{\"labels\":{\"trace_id\":\"\"},\"value\":\"1\",\"timestamp\":1}]}]",
        "[{\"exemplars\":[{\"labels\":{\"trace_id\":1},\"value\":\"1\",\"timestamp\":1}]}]",
        "[{\"exemplars\":[{\"labels\":{\"trace_id\":\"a\"},\"value\":\"NaN\",\"timestamp\":1}]}]",
        "[{\"exemplars\":[{\"labels\":{\"trace_id\":\"a\"},\"value\":\"1\",\"timestamp\":1e300}]}]",
        "[{\"exemplars\":[{\"labels\":{\"trace_id\":\"a\"},\"value\":\"1\",\"timestamp\":null}]}]",
        "[{\"seriesLabels\":[1],\"exemplars\":[{\"labels\":7,\"value\":\"1\",\"timestamp\":1}]}]",
    };
    struct exemplars list;
    struct str body, why;
    str_init(&body);
    str_init(&why);
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        str_setf(&body, "{\"status\":\"success\",\"data\":%s}", bodies[i]);
        assert_int_equal(decode(&list, 200, body.text, &why), PROM_OK);
        assert_int_equal(list.count, 0);
        exemplars_finish(&list);
    }
    str_finish(&body);
    str_finish(&why);
}

static void refusals_have_a_reason(void **state)
{
    (void)state;
    static const struct {
        long status;
        const char *body;
        enum prom_status result;
        const char *why;
    } cases[] = {
        {404, "404 page not found", PROM_FOREIGN, "404 Not Found"},
        {400, "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}",
            PROM_REFUSED, "parse error"},
        {501, "not implemented", PROM_FAILED, "HTTP status 501: not implemented"},
        {200, "<html>", PROM_FOREIGN, "a web page answers there"},
        {200, "{\"status\":\"success\",\"data\":[{\"exemplars\":[", PROM_FOREIGN, "cut"},
    };
    struct exemplars list;
    struct str why;
    str_init(&why);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(decode(&list, cases[i].status, cases[i].body, &why), cases[i].result);
        assert_non_null(strstr(why.text, cases[i].why));
        assert_int_equal(list.count, 0);
    }
    str_finish(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_matters_is_read),
        cmocka_unit_test(what_is_none_is_left_out),
        cmocka_unit_test(refusals_have_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
