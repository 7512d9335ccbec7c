#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "base/wrap.h"
#include "export/columns.h"
#include "export/doctor_document.h"
#include "export/escape.h"

enum { TEXT_WIDTH = 100, WIDTH_LEAST = 40 };

const char *doctor_severity_word(enum doctor_severity severity)
{
    switch (severity) {
    case DOCTOR_CRITICAL: return _("critical");
    case DOCTOR_WARNING: return _("warning");
    case DOCTOR_ADVICE: break;
    }
    return _("advice");
}

void doctor_add_summary(struct str *s, const struct doctor *d)
{
    size_t critical = doctor_count(d, DOCTOR_CRITICAL), warnings = doctor_count(d, DOCTOR_WARNING);
    size_t advice = doctor_count(d, DOCTOR_ADVICE), sound = doctor_results(d, DOCTOR_SOUND);
    size_t open = doctor_results(d, DOCTOR_LACKING) + doctor_results(d, DOCTOR_UNREAD);
    struct arena a = {0};
    const char *parts[4] = {0};
    size_t n = 0;
    if (critical > 0) {
        parts[n++] = arena_printf(
            &a, text_count("%zu critical", "%zu critical", (double)critical), critical);
    }
    if (warnings > 0) {
        parts[n++] =
            arena_printf(&a, text_count("%zu warning", "%zu warnings", (double)warnings), warnings);
    }
    if (advice > 0) {
        parts[n++] = arena_printf(
            &a, text_count("%zu piece of advice", "%zu pieces of advice", (double)advice), advice);
    }
    const char *found = n > 0 ? names_in(&a, parts, NAMES_AND) : _("Nothing was found");
    if (open > 0) {
        str_addf(s, _("%s. Of %d checks, %zu found nothing, and %zu could not be made."), found,
            (int)DOCTOR_CHECKS, sound, open);
    } else {
        str_addf(s, _("%s. Of %d checks, %zu found nothing."), found, (int)DOCTOR_CHECKS, sound);
    }
    arena_finish(&a);
}

static const char *findings_in(struct arena *a, const struct doctor_outcome *o)
{
    size_t all = o->findings + o->left_out;
    const char *count =
        arena_printf(a, text_count("%zu finding", "%zu findings", (double)all), all);
    if (o->left_out > 0) {
        count =
            arena_printf(a, _("%s, of which only the first %zu are listed"), count, o->findings);
    }
    return o->why ? arena_printf(a, _("%s; not all was checked: %s"), count, o->why) : count;
}

void doctor_add_result(struct str *s, const struct doctor *d, enum doctor_check_kind kind)
{
    const struct doctor_outcome *o = &d->outcomes[kind];
    struct arena a = {0};
    switch (o->result) {
    case DOCTOR_SOUND: str_add(s, _("ok")); break;
    case DOCTOR_FOUND: str_add(s, findings_in(&a, o)); break;
    case DOCTOR_LACKING:
    case DOCTOR_UNREAD: str_addf(s, _("not checked: %s"), o->why); break;
    }
    arena_finish(&a);
}

/** Appends TEXT behind FIRST, broken into lines of WIDTH columns that all begin below its start. */
static void add_wrapped(struct str *s, const char *first, const char *text, int width)
{
    struct str clean;
    str_init(&clean);
    escape_text(&clean, text);
    int indent = utf8_width(first), room = width - indent;
    const char *at = clean.text;
    str_add(s, first);
    for (bool begins = true; *at || begins; begins = false) {
        const char *end = wrap_line_end(at, room);
        str_addf(s, "%*s", begins ? 0 : indent, "");
        str_append(s, at, (size_t)(end - at));
        str_addc(s, '\n');
        at = wrap_next_line(end);
    }
    str_finish(&clean);
}

static void add_code(struct str *s, const char *code)
{
    str_addc(s, '\n');
    for (const char *line = code; *line;) {
        size_t len = strcspn(line, "\n");
        struct str one;
        str_init(&one);
        str_append(&one, line, len);
        str_add(s, len > 0 ? "        " : "");
        escape_text(s, one.text);
        str_addc(s, '\n');
        str_finish(&one);
        line += len + (line[len] == '\n');
    }
}

static void add_finding(struct str *s, const struct doctor_finding *f, int width)
{
    static const char *const marks[] = {
        [DOCTOR_ADVICE] = "-  ", [DOCTOR_WARNING] = "!  ", [DOCTOR_CRITICAL] = "!! "};
    struct arena a = {0};
    add_wrapped(s, marks[f->severity],
        arena_printf(&a, _("%s (%s, %s): %s"), f->where, doctor_severity_word(f->severity),
            doctor_check_of(f->check)->name, f->what),
        width);
    add_wrapped(s, "   ", f->why, width);
    add_wrapped(s, "   ", arena_printf(&a, _("What to do: %s"), f->fix), width);
    if (f->code) {
        add_code(s, f->code);
    }
    str_addc(s, '\n');
    arena_finish(&a);
}

static void add_checks(struct str *s, const struct doctor *d, int width, const char *ellipsis)
{
    struct columns table = {.count = 3};
    struct str result;
    str_init(&result);
    columns_add(&table, _("CHECK"));
    columns_add(&table, _("WHAT SHOULD BE SO"));
    columns_add(&table, _("RESULT"));
    for (int i = 0; i < DOCTOR_CHECKS; i++) {
        const struct doctor_check *check = doctor_check_of((enum doctor_check_kind)i);
        str_clear(&result);
        doctor_add_result(&result, d, (enum doctor_check_kind)i);
        columns_add(&table, check->name);
        columns_add(&table, _(check->title));
        columns_add(&table, result.text);
    }
    columns_write(&table, s, width, ellipsis);
    str_finish(&result);
}

void doctor_add_table(struct str *s, const struct doctor *d, int width, const char *ellipsis)
{
    int wide = width > TEXT_WIDTH || width == 0 ? TEXT_WIDTH : width;
    struct str summary;
    str_init(&summary);
    doctor_add_summary(&summary, d);
    add_wrapped(s, "", summary.text, wide < WIDTH_LEAST ? WIDTH_LEAST : wide);
    str_addc(s, '\n');
    for (size_t i = 0; i < d->findings_count; i++) {
        add_finding(s, &d->findings[i], wide < WIDTH_LEAST ? WIDTH_LEAST : wide);
    }
    add_checks(s, d, width, ellipsis);
    str_finish(&summary);
}
