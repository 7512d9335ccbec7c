#include <string.h>

#include "base/text.h"
#include "export/doctor_document.h"
#include "export/escape.h"
#include "export/markdown.h"

// A fence longer than any run of backticks within, so that nothing ends it early.
static void add_fence(struct str *s, const char *code)
{
    size_t longest = 2, run = 0;
    for (const char *p = code; *p; p++) {
        run = *p == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    str_add(s, "  ");
    for (size_t i = 0; i <= longest; i++) {
        str_addc(s, '`');
    }
}

static void add_code(struct str *s, const char *code)
{
    str_addc(s, '\n');
    add_fence(s, code);
    str_addc(s, '\n');
    for (const char *line = code; *line;) {
        size_t len = strcspn(line, "\n");
        struct str one;
        str_init(&one);
        str_append(&one, line, len);
        str_add(s, "  ");
        escape_text(s, one.text);
        str_addc(s, '\n');
        str_finish(&one);
        line += len + (line[len] == '\n');
    }
    add_fence(s, code);
    str_addc(s, '\n');
}

static void add_finding(struct str *s, const struct doctor *d, size_t i)
{
    const struct doctor_finding *f = &d->findings[i];
    struct arena a = {0};
    str_add(s, "- ");
    markdown_add_strong(s, doctor_severity_word(f->severity));
    str_addc(s, ' ');
    escape_markdown(s, arena_printf(&a, "%s: %s", doctor_places_in(&a, d, i), f->what));
    str_addc(s, ' ');
    escape_markdown(s, f->why);
    str_addc(s, ' ');
    escape_markdown(s, arena_printf(&a, _("What to do: %s"), f->fix));
    str_addc(s, '\n');
    for (size_t k = i; k < d->findings_count; k = doctor_same(d, i, k + 1)) {
        if (doctor_is_new_code(d, i, k)) {
            add_code(s, d->findings[k].code);
        }
    }
    arena_finish(&a);
}

void doctor_add_markdown(struct str *s, const struct doctor *d)
{
    struct str text;
    str_init(&text);
    doctor_add_summary(&text, d);
    markdown_add_strong(s, text.text);
    str_add(s, "\n\n");
    for (size_t i = 0; i < d->findings_count; i++) {
        if (doctor_same(d, i, 0) == i) {
            add_finding(s, d, i);
        }
    }
    str_addf(
        s, "\n| %s | %s | %s |\n|---|---|---|\n", _("check"), _("what should be so"), _("result"));
    for (int i = 0; i < DOCTOR_CHECKS; i++) {
        const struct doctor_check *check = doctor_check_of((enum doctor_check_kind)i);
        str_clear(&text);
        doctor_add_result(&text, d, (enum doctor_check_kind)i);
        str_addf(s, "| %s | ", check->name);
        escape_markdown(s, _(check->title));
        str_add(s, " | ");
        escape_markdown(s, text.text);
        str_add(s, " |\n");
    }
    str_finish(&text);
}
