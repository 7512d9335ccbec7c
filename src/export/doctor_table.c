#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/wrap.h"
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

/** How many checks came to what. */
static void add_checked(struct str *s, const struct doctor *d)
{
    int all = (int)DOCTOR_CHECKS;
    size_t sound = doctor_results(d, DOCTOR_SOUND), lacking = doctor_results(d, DOCTOR_LACKING);
    size_t unread = doctor_results(d, DOCTOR_UNREAD);
    if (lacking > 0 && unread > 0) {
        str_addf(s,
            text_count("Of %d checks, %zu found nothing, %zu could not be made, and %zu is not "
                       "applicable here.",
                "Of %d checks, %zu found nothing, %zu could not be made, and %zu are not "
                "applicable here.",
                (double)lacking),
            all, sound, unread, lacking);
    } else if (lacking > 0) {
        str_addf(s,
            text_count("Of %d checks, %zu found nothing, and %zu is not applicable here.",
                "Of %d checks, %zu found nothing, and %zu are not applicable here.",
                (double)lacking),
            all, sound, lacking);
    } else if (unread > 0) {
        str_addf(s, _("Of %d checks, %zu found nothing, and %zu could not be made."), all, sound,
            unread);
    } else {
        str_addf(s, _("Of %d checks, %zu found nothing."), all, sound);
    }
}

void doctor_add_summary(struct str *s, const struct doctor *d)
{
    size_t critical = doctor_count(d, DOCTOR_CRITICAL), warnings = doctor_count(d, DOCTOR_WARNING);
    size_t advice = doctor_count(d, DOCTOR_ADVICE);
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
    str_addf(s, "%s. ", n > 0 ? names_in(&a, parts, NAMES_AND) : _("Nothing was found"));
    add_checked(s, d);
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
    case DOCTOR_LACKING: str_addf(s, _("not applicable here: %s"), o->why); break;
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

// ---- what was found, once for all places

static bool says_same(const struct doctor_finding *a, const struct doctor_finding *b)
{
    return a->check == b->check && a->severity == b->severity && strcmp(a->what, b->what) == 0 &&
           strcmp(a->why, b->why) == 0 && strcmp(a->fix, b->fix) == 0;
}

size_t doctor_same(const struct doctor *d, size_t i, size_t from)
{
    while (from < d->findings_count && !says_same(&d->findings[i], &d->findings[from])) {
        from++;
    }
    return from;
}

const char *doctor_places_in(struct arena *a, const struct doctor *d, size_t i)
{
    enum { MOST = 6 };
    const char *names[MOST + 1] = {NULL};
    size_t count = 0;
    for (size_t k = i; k < d->findings_count; k = doctor_same(d, i, k + 1)) {
        if (count < MOST) {
            names[count] = d->findings[k].where;
        }
        count++;
    }
    return names_some(a, names, NAMES_AND, count > MOST ? count - MOST : 0);
}

bool doctor_is_new_code(const struct doctor *d, size_t i, size_t k)
{
    const char *code = d->findings[k].code;
    bool is_new = code != NULL;
    for (size_t j = i; j < k && is_new; j = doctor_same(d, i, j + 1)) {
        is_new = !d->findings[j].code || strcmp(d->findings[j].code, code) != 0;
    }
    return is_new;
}

static void add_finding(struct str *s, const struct doctor *d, size_t i, int width)
{
    static const char *const marks[] = {
        [DOCTOR_ADVICE] = "-  ", [DOCTOR_WARNING] = "!  ", [DOCTOR_CRITICAL] = "!! "};
    const struct doctor_finding *f = &d->findings[i];
    struct arena a = {0};
    bool several = doctor_same(d, i, i + 1) < d->findings_count;
    add_wrapped(s, marks[f->severity],
        arena_printf(&a, several ? _("%s (%s, %s), each of them: %s") : _("%s (%s, %s): %s"),
            doctor_places_in(&a, d, i), doctor_severity_word(f->severity),
            doctor_check_of(f->check)->name, f->what),
        width);
    add_wrapped(s, "   ", f->why, width);
    add_wrapped(s, "   ", arena_printf(&a, _("What to do: %s"), f->fix), width);
    for (size_t k = i; k < d->findings_count; k = doctor_same(d, i, k + 1)) {
        if (doctor_is_new_code(d, i, k)) {
            add_code(s, d->findings[k].code);
        }
    }
    str_addc(s, '\n');
    arena_finish(&a);
}

// ---- what was looked at

enum { CHECK_COLUMNS = 3, GAP = 2, RESULT_LEAST = 20 };

/** The room of the columns of the table in WIDTH columns: titles in full where results have room.
 */
static void measure(int *widths, int width)
{
    widths[0] = utf8_width(_("CHECK"));
    widths[1] = utf8_width(_("WHAT SHOULD BE SO"));
    for (int i = 0; i < DOCTOR_CHECKS; i++) {
        const struct doctor_check *check = doctor_check_of((enum doctor_check_kind)i);
        int name = utf8_width(check->name), title = utf8_width(_(check->title));
        widths[0] = name > widths[0] ? name : widths[0];
        widths[1] = title > widths[1] ? title : widths[1];
    }
    int room = width - widths[0] - 2 * GAP;
    widths[1] = widths[1] + RESULT_LEAST <= room ? widths[1] : room / 2;
    widths[2] = room - widths[1];
}

static void add_row(struct str *s, const char *const *cells, const int *widths)
{
    const char *at[CHECK_COLUMNS] = {cells[0], cells[1], cells[2]};
    do {
        int gap = 0;
        for (int k = 0; k < CHECK_COLUMNS; k++) {
            const char *end = wrap_line_end(at[k], widths[k]);
            struct str part;
            str_init(&part);
            str_append(&part, at[k], (size_t)(end - at[k]));
            if (part.len > 0) {
                str_addf(s, "%*s%s", gap, "", part.text);
                gap = 0;
            }
            gap += widths[k] - utf8_width(part.text) + GAP;
            at[k] = wrap_next_line(end);
            str_finish(&part);
        }
        str_addc(s, '\n');
    } while (*at[0] || *at[1] || *at[2]);
}

static void add_checks(struct str *s, const struct doctor *d, int width)
{
    int widths[CHECK_COLUMNS];
    struct str result, clean;
    str_init(&result);
    str_init(&clean);
    measure(widths, width);
    add_row(s, (const char *const[]){_("CHECK"), _("WHAT SHOULD BE SO"), _("RESULT")}, widths);
    for (int i = 0; i < DOCTOR_CHECKS; i++) {
        const struct doctor_check *check = doctor_check_of((enum doctor_check_kind)i);
        str_clear(&result);
        str_clear(&clean);
        doctor_add_result(&result, d, (enum doctor_check_kind)i);
        escape_text(&clean, result.text);
        add_row(s, (const char *const[]){check->name, _(check->title), clean.text}, widths);
    }
    str_finish(&clean);
    str_finish(&result);
}

void doctor_add_table(struct str *s, const struct doctor *d, int width)
{
    width = width == 0 ? TEXT_WIDTH : width < WIDTH_LEAST ? WIDTH_LEAST : width;
    int narrow = width > TEXT_WIDTH ? TEXT_WIDTH : width; // to be read easily
    struct str summary;
    str_init(&summary);
    doctor_add_summary(&summary, d);
    add_wrapped(s, "", summary.text, narrow);
    str_addc(s, '\n');
    for (size_t i = 0; i < d->findings_count; i++) {
        if (doctor_same(d, i, 0) == i) {
            add_finding(s, d, i, narrow);
        }
    }
    add_checks(s, d, width);
    str_finish(&summary);
}
