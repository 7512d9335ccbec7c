#include "base/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HELD(array) (sizeof(array) / sizeof *(array))

static void finds_the_nearest_metric(void **state)
{
    (void)state;
    static struct {
        const char *word;
        char names[3][40];
        const char *nearest;
    } cases[] = {
        {"RAG_chat_seconds", {"rag_chat_seconds", "rag_chad_seconds"}, "rag_chat_seconds"},
        {"rag_failures", {"rag_features", "rag_failures_total", "rag_f"}, "rag_failures_total"},
        {"rag_failures_total", {"rag_failures", "rag_calls_total"}, "rag_failures"},
        {"rag_chat", {"rag_chat_seconds", "rag_calls_total"}, "rag_chat_seconds"},
        {"rag_chat_ms", {"rag_calls_ms", "rag_chat_milliseconds"}, "rag_chat_milliseconds"},
        {"rag_secs_count", {"rag_seconds_sum", "rag_seconds_count"}, "rag_seconds_count"},
        {"chat_duration_seconds", {"rag_chat_duration_seconds", "up"}, "rag_chat_duration_seconds"},
        {"rag_chat_duration_seconds", {"chat_duration_seconds", "up"}, "chat_duration_seconds"},
        {"vllm:e2e_latency_seconds", {"vllm_e2e_latency_seconds"}, "vllm_e2e_latency_seconds"},
        {"rag_seconds", {"rag_seconds"}, NULL}, // what is there is not the nearest to itself
        {"rag_seconds", {"rag_seconds", "rag_second"}, "rag_second"},
        {"rag_chat_seconds", {"kube_pod_info", "node_cpu_seconds_total"}, NULL},
        {"rag_seconds", {"llm_seconds"}, NULL}, // the same unit is no likeness
        {"vllm:num_request_waiting", {"vllm:e2e_request_latency_seconds"}, NULL},
        {"vllm:num_request_waiting", {"vllm:num_requests_waiting"}, "vllm:num_requests_waiting"},
        {"vector_db_connections_active", {"vector_db_query_duration"}, NULL},
        {"shop_vectors_query_duration_seconds",
            {"shop_answer_seconds", "shop_vectors_query_seconds", "shop_vectors_errors_total"},
            "shop_vectors_query_seconds"},
        {"shop_answer_duration", {"shop_answer_seconds", "shop_pool_max"}, "shop_answer_seconds"},
        {"shop_pool_size", {"shop_pool_max", "shop_answer_seconds"}, "shop_pool_max"},
        {"shop_size", {"shop_max"}, NULL}, // the service is all that they share
        {"shop_pool_size_now", {"shop_pool_use"}, NULL},
        {"", {"a"}, NULL},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        char *names[] = {cases[i].names[0], cases[i].names[1], cases[i].names[2]};
        const char *found = names_nearest_metric(cases[i].word, names, HELD(names));
        assert_string_equal(found ? found : "", cases[i].nearest ? cases[i].nearest : "");
    }
}

static void finds_the_nearest_value(void **state)
{
    (void)state;
    char texts[][16] = {"Timeout", "acme_total", ""};
    char *names[] = {texts[0], texts[1], texts[2]};
    assert_string_equal(names_nearest("timeuot", names, HELD(names)), "Timeout");
    char jobs_texts[][8] = {"a_cal", "a_mail", "a_two"};
    char *jobs[] = {jobs_texts[0], jobs_texts[1], jobs_texts[2]};
    assert_string_equal(names_nearest("a_mial", jobs, HELD(jobs)), "a_mail"); // a swap is one slip
    assert_string_equal(names_nearest("TIMEOUT", names, HELD(names)), "Timeout");
    assert_null(names_nearest("Timeout", names, HELD(names)));
    assert_string_equal(names_misspelt("a_mial", jobs, HELD(jobs)), "a_mail");
    assert_null(names_misspelt("a_m", jobs + 1, 1));
    assert_null(names_nearest("acme", names, HELD(names))); // a value has no unit to leave out
}

static void lists_them_for_a_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *names[4];
        enum names_last last;
        size_t others;
        const char *list;
    } cases[] = {
        {{NULL}, NAMES_OR, 0, ""},
        {{"a", NULL}, NAMES_OR, 0, "a"},
        {{"a", "b", NULL}, NAMES_OR, 0, "a or b"},
        {{"a", "b", "c", NULL}, NAMES_OR, 0, "a, b or c"},
        {{"a", "b", "c", NULL}, NAMES_AND, 0, "a, b and c"},
        {{"a", "b", "c", NULL}, NAMES_COMMA, 0, "a, b, c"},
        {{"a", NULL}, NAMES_AND, 1, "a and 1 other"},
        {{"a", "b", NULL}, NAMES_AND, 3, "a, b and 3 others"},
        {{"a", "b", NULL}, NAMES_COMMA, 3, "a, b and 3 others"},
    };
    struct arena a = {0};
    for (size_t i = 0; i < HELD(cases); i++) {
        assert_string_equal(
            names_some(&a, cases[i].names, cases[i].last, cases[i].others), cases[i].list);
    }
    assert_string_equal(names_in(&a, cases[4].names, NAMES_AND), cases[4].list);
    const char *list = names_next(&a, NULL, "a");
    assert_string_equal(names_next(&a, names_next(&a, list, "b"), "c"), "a, b, c");
    arena_finish(&a);
}

static void leaves_out_units(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"chat_seconds_total", "chat"}, {"chat_ms_sum", "chat"},
        {"Chat_Seconds", "Chat"}, {"seconds", "seconds"}, {"chats", "chats"},
        {"vllm:waiting_s", "vllm:waiting"}};
    for (size_t i = 0; i < HELD(cases); i++) {
        struct str s;
        str_init(&s);
        names_add_stem(&s, cases[i][0]);
        assert_string_equal(s.text, cases[i][1]);
        str_finish(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_nearest_metric),
        cmocka_unit_test(finds_the_nearest_value),
        cmocka_unit_test(lists_them_for_a_sentence),
        cmocka_unit_test(leaves_out_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
