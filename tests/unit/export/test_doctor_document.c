#include "export/doctor_document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

static struct doctor_finding finding(const char *where, const char *what, const char *code)
{
    return (struct doctor_finding){.check = DOCTOR_INTERVAL,
        .severity = DOCTOR_ADVICE,
        .where = where,
        .what = what,
        .why = "That costs memory.",
        .fix = "Scrape it less often.",
        .code = code,
        .stage = -1};
}

static void assert_part(const char *text, const char *part)
{
    if (!strstr(text, part)) {
        fail_msg("'%s' is not in\n%s", part, text);
    }
}

static size_t times(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)); at++) {
        count++;
    }
    return count;
}

static void what_is_wrong_in_many_places_is_said_once(void **state)
{
    (void)state;
    struct doctor_finding findings[] = {finding("job a", "It is scraped every 5 s.", "x: 1\n"),
        finding("job b", "It is scraped every 1 s.", NULL),
        finding("job c", "It is scraped every 5 s.", "x: 1\n"),
        finding("job d", "It is scraped every 5 s.", "x: 2\n")};
    struct doctor d = {.findings = findings, .findings_count = 4};
    struct str s;
    str_init(&s);
    doctor_add_table(&s, &d, 100);
    assert_part(s.text, "-  job a, job c and job d (advice, scrape-interval), each of them: It is");
    assert_part(s.text, "-  job b (advice, scrape-interval): It is scraped every 1 s.");
    assert_int_equal(times(s.text, "It is scraped every 5 s."), 1);
    assert_int_equal(times(s.text, "x: 1"), 1);
    assert_int_equal(times(s.text, "x: 2"), 1);
    str_clear(&s);
    doctor_add_markdown(&s, &d);
    assert_part(s.text, "job a, job c and job d");
    assert_int_equal(times(s.text, "It is scraped every 5 s."), 1);
    assert_int_equal(times(s.text, "x: 1"), 1);
    str_finish(&s);
    arena_finish(&d.arena);
}

static void many_places_are_counted(void **state)
{
    (void)state;
    static const char *const jobs[] = {
        "job a", "job b", "job c", "job d", "job e", "job f", "job g", "job h"};
    struct doctor_finding findings[8];
    for (size_t i = 0; i < 8; i++) {
        findings[i] = finding(jobs[i], "It is scraped every 5 s.", NULL);
    }
    struct doctor d = {.findings = findings, .findings_count = 8};
    struct str s;
    str_init(&s);
    doctor_add_table(&s, &d, 200);
    assert_part(s.text, "job a, job b, job c, job d, job e, job f and 2 others (");
    str_finish(&s);
}

static void nothing_is_wider_than_the_terminal(void **state)
{
    (void)state;
    static const int widths[] = {40, 60, 80, 100, 200, 0};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        int width = widths[i] > 0 ? widths[i] : 100;
        struct doctor_finding f = finding("job a", "It is scraped every 5 s.", NULL);
        struct doctor d = {.findings = &f, .findings_count = 1};
        d.outcomes[DOCTOR_EXPOSURE] = (struct doctor_outcome){.result = DOCTOR_LACKING,
            .why = "no metric tells of NetworkPolicies: whether others can read is not known"};
        d.outcomes[DOCTOR_TARGETS] =
            (struct doctor_outcome){.result = DOCTOR_UNREAD, .why = "403 Forbidden"};
        struct str s;
        str_init(&s);
        doctor_add_table(&s, &d, widths[i]);
        char *line = s.text;
        for (char *end; (end = strchr(line, '\n')); line = end + 1) {
            *end = '\0';
            assert_true(utf8_width(line) <= width);
            assert_true(end == line || end[-1] != ' ');
        }
        str_finish(&s);
    }
}

// As JSON tells them apart.
static void what_cannot_be_checked_is_told_from_what_was_not(void **state)
{
    (void)state;
    struct doctor d = {0};
    struct str s;
    str_init(&s);
    d.outcomes[DOCTOR_EXPOSURE] =
        (struct doctor_outcome){.result = DOCTOR_LACKING, .why = "nothing tells"};
    d.outcomes[DOCTOR_TARGETS] =
        (struct doctor_outcome){.result = DOCTOR_UNREAD, .why = "403 Forbidden"};
    doctor_add_table(&s, &d, 200);
    assert_part(s.text, "not applicable here: nothing tells");
    assert_part(s.text, "not checked: 403 Forbidden");
    assert_part(s.text, "1 could not be made, and 1 is not applicable");
    str_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_in_many_places_is_said_once),
        cmocka_unit_test(many_places_are_counted),
        cmocka_unit_test(nothing_is_wider_than_the_terminal),
        cmocka_unit_test(what_cannot_be_checked_is_told_from_what_was_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
