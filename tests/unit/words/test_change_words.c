#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "words/change_words.h"

static void assert_said_times(enum change_kind kind, const char *from, const char *to, double times,
    const char *said, const char *named)
{
    struct arena a = {0};
    struct list list = {
        .fields = {"kind", "at_ms", "what", "from", "to", "times"}, .fields_count = 6};
    struct list_value *v = list_add(&list);
    v[0].number = kind;
    v[1].number = 0;
    v[2].text = mem_strdup("qdrant");
    v[3].text = mem_strdup(from);
    v[4].text = mem_strdup(to);
    v[5].number = times;
    assert_string_equal(change_said(&a, &list, 0), said);
    assert_string_equal(change_named(&a, &list, 0), named);
    list_finish(&list);
    arena_finish(&a);
}

static void assert_said(
    enum change_kind kind, const char *from, const char *to, const char *said, const char *named)
{
    assert_said_times(kind, from, to, 1, said, named);
}

static void of_one_image_the_tags_say_what_is_new(void **state)
{
    (void)state;
    assert_said(CHANGE_ROLLED, "r.example/q/qdrant:1.4.2", "r.example/q/qdrant:1.5.0",
        "rollout 1.4.2 → 1.5.0", "rollout of qdrant (1.4.2 → 1.5.0)");
    assert_said(CHANGE_ROLLED, "a/qdrant:1.4.2", "b/qdrant-fork:1.4.2",
        "rollout qdrant:1.4.2 → qdrant-fork:1.4.2",
        "rollout of qdrant (qdrant:1.4.2 → qdrant-fork:1.4.2)");
    assert_said(CHANGE_ROLLED, "", "", "changed or rolled out", "rollout of qdrant");
}

static void a_restart_says_why(void **state)
{
    (void)state;
    assert_said(CHANGE_RESTARTED, "", "OOMKilled", "container restarted: OOMKilled",
        "restart of qdrant (OOMKilled)");
    assert_said(CHANGE_RESTARTED, "", "", "container restarted", "restart of qdrant");
    assert_said_times(CHANGE_RESTARTED, "", "OOMKilled", 2,
        "container restarted 2 times: OOMKilled", "2 restarts of qdrant (OOMKilled)");
    assert_said_times(
        CHANGE_RESTARTED, "", "", 3, "container restarted 3 times", "3 restarts of qdrant");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_one_image_the_tags_say_what_is_new),
        cmocka_unit_test(a_restart_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
