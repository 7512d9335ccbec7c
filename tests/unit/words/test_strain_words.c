#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "words/strain_words.h"

static void assert_said(struct evidence e, const char *expected)
{
    struct arena a = {0};
    assert_string_equal(strain_evidence(&a, &e), expected);
    arena_finish(&a);
}

static void evidence_names_pods_nodes_and_gpus(void **state)
{
    (void)state;
    assert_said(
        (struct evidence){.strain = STRAIN_THROTTLED, .a = 0.62, .name = "q-0", .pods = 1, .of = 1},
        "q-0: CPU throttled 62 % of the time");
    assert_said(
        (struct evidence){.strain = STRAIN_MEMORY, .a = 0.95, .name = "q-0", .pods = 3, .of = 4},
        "3 of 4 pods: memory at 95 % of its limit (q-0)");
    assert_said((struct evidence){.strain = STRAIN_PRESSED_MEMORY,
                    .a = 1,
                    .name = "n1",
                    .pods = 3,
                    .of = 4,
                    .slow = true},
        "3 of 4 slow pods are on node n1, which has memory pressure");
    assert_said(
        (struct evidence){.strain = STRAIN_NODE_DISK, .a = 0.97, .name = "n1", .pods = 2, .of = 2},
        "2 of 2 pods are on node n1, whose disk is 97 % busy");
    assert_said(
        (struct evidence){.strain = STRAIN_NODE_CPU, .a = 0.93, .name = "n1", .pods = 1, .of = 1},
        "its pod is on node n1, whose CPU is 93 % busy");
    assert_said(
        (struct evidence){
            .strain = STRAIN_CLOCK, .a = 0.4, .name = "vllm-0", .part = "2", .pods = 1, .of = 1},
        "vllm-0: GPU 2 at 40 % of its clock");
    assert_said((struct evidence){.strain = STRAIN_WAITING,
                    .a = 1,
                    .name = "q-0",
                    .part = "CrashLoopBackOff",
                    .pods = 1,
                    .of = 2},
        "q-0: CrashLoopBackOff");
    assert_said(
        (struct evidence){.strain = STRAIN_KILLED, .a = NAN, .name = "q-0", .pods = 1, .of = 2},
        "q-0: OOM-killed recently");
}

static void every_kind_has_words(void **state)
{
    (void)state;
    struct arena a = {0};
    for (int kind = 0; kind < STRAINS; kind++) {
        const char *said = strain_brief(&a, (enum strain_kind)kind, 0.5, "part");
        assert_non_null(said);
        assert_true(*said);
    }
    arena_finish(&a);
}

static void stages_share_a_node(void **state)
{
    (void)state;
    struct arena a = {0};
    assert_string_equal(strain_shared(&a, &(struct evidence){.a = 3, .name = "n1"}),
        "the slow stages (3) are all on node n1, and no other pods are: look at the node");
    arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evidence_names_pods_nodes_and_gpus),
        cmocka_unit_test(every_kind_has_words),
        cmocka_unit_test(stages_share_a_node),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
