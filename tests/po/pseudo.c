/*
 * A language that nobody speaks, for tests of sentences that are linked with it: every text given
 * to _() in other letters, its arguments in the reverse order, and brackets around it. Of each
 * world that the tests judge all is said in it, and written out for pseudo.py: what is blamed, the
 * names in it, what others said, the texts that made it, and it.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/text.h"
#include "config/signal.h"
#include "diagnose/judged.h"
#include "unit/world.h"
#include "words/block.h"
#include "words/words.h"

enum { ARGUMENTS_MOST = 8 };

static struct arena texts;
static struct str made; // of which it was
static bool on;

const char *__real_text_get(const char *english);
const struct verdict *__real_world_judge(struct world *w);
const struct verdict *__wrap_world_judge(struct world *w);
const char *__real_text_count(const char *one, const char *many, double n);
const char *__wrap_text_get(const char *english);
const char *__wrap_text_count(const char *one, const char *many, double n);

// A letter of ASCII as one of Cyrillic.
static void add_letter(struct str *s, char c)
{
    unsigned code = c >= 'a' ? 0x430 + (unsigned)(c - 'a') : 0x410 + (unsigned)(c - 'A');
    str_addc(s, (char)(0xC0 | code >> 6));
    str_addc(s, (char)(0x80 | (code & 0x3F)));
}

// The length of the conversion at TEXT, of printf() or strftime(); 0: there is none.
static size_t conversion(const char *text)
{
    size_t len = *text == '%' ? 1 + strspn(text + 1, "-+ #0123456789.*hljz") : 0;
    return len > 0 && text[len] ? len + 1 : 0;
}

// Sets AT to the conversions of ENGLISH. Returns how many there are; 0: they cannot be moved.
static size_t arguments(const char *english, const char **at)
{
    size_t count = 0;
    for (const char *p = english; *p; p++) {
        size_t len = conversion(p);
        if (len == 0) {
            continue;
        }
        bool moves = strchr("sdiuxgcz", p[len - 1]) && !memchr(p, '*', len);
        if (p[len - 1] != '%' && (!moves || count == ARGUMENTS_MOST)) {
            return 0;
        }
        at[count] = p;
        count += p[len - 1] != '%';
        p += len - 1;
    }
    return count;
}

static void add_text(struct str *s, const char *english)
{
    const char *at[ARGUMENTS_MOST];
    size_t count = arguments(english, at), left = count;
    for (const char *p = english; *p; p++) {
        size_t len = conversion(p);
        bool moves = len > 0 && count > 0 && p[len - 1] != '%';
        if (moves) {
            const char *other = at[--left];
            str_addf(s, "%%%zu$", left + 1);
            str_append(s, other + 1, conversion(other) - 1);
        } else if (len > 0) { // names of days and months are the system's
            const char *name = strchr("aAbB", p[len - 1]);
            str_add(s, name ? "%m" : "");
            str_append(s, p, name ? 0 : len);
        } else if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')) {
            add_letter(s, *p);
        } else {
            str_addc(s, *p);
        }
        p += len > 0 ? len - 1 : 0;
    }
}

const char *__wrap_text_get(const char *english)
{
    if (!on) {
        return __real_text_get(english);
    }
    struct str s;
    str_init(&s);
    str_add(&s, "\xE2\x9F\xA6"); // a bracket
    add_text(&s, english);
    str_add(&s, "\xE2\x9F\xA7");
    str_addf(&made, "%s\x1f", english);
    return arena_take(&texts, &s);
}

const char *__wrap_text_count(const char *one, const char *many, double n)
{
    if (on) {
        str_addf(&made, "%s\x1f", one);
    }
    return on ? __wrap_text_get(many) : __real_text_count(one, many, n);
}

static void add_names(struct str *s, const struct words *w)
{
    for (size_t i = 0; i < w->plan->stages_count; i++) {
        str_addf(s, "%s %s ", w->plan->stages[i].name, w->plan->stages[i].metric);
        const struct stage_gone *gone = &w->diagnosis->stages[i].gone;
        str_addf(s, "%s %s ", gone->job ? gone->job : "", gone->workload ? gone->workload : "");
    }
    for (size_t i = 0; i < w->plan->signals_count; i++) {
        const struct signal *signal = &w->plan->signals[i];
        const char *names[] = {signal->what, signal->source.metric, signal->limit.metric, "NaN"};
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            str_addf(s, "%s ", names[k] ? names[k] : "");
        }
    }
    for (size_t i = 0; i < w->diagnosis->tools_count; i++) {
        str_addf(s, "%s ", w->diagnosis->tools[i].name);
    }
    const struct verdict *v = &w->diagnosis->verdict;
    for (size_t i = 0; i < v->evidence_count; i++) {
        str_addf(s, "%s ", v->evidence[i].name ? v->evidence[i].name : "");
    }
    str_addf(s, "%s %s ", v->pod ? v->pod : "", w->source->url ? w->source->url : "");
    str_add(s, w->store->saved_name ? w->store->saved_name : "");
}

// What others say, in the language that they say it in.
static void add_given(struct str *s, const struct words *w)
{
    for (size_t i = 0; i < w->plan->signals_count; i++) {
        str_addf(s, "%s\x1f", w->store->signals[i].why);
    }
    str_addf(s, "%s\x1f%s\x1f%s", w->store->source.why, w->store->unmet, w->store->history_why);
}

static const char *blamed(const struct words *w)
{
    static const char *const names[] = {
        [CLASS_NONE] = "NONE",
#define SIGNAL(id, ...) [CLASS_##id] = #id,
#include "config/signal.def"
        [CLASS_DECLARED] = "DECLARED",
    };
    return names[w->diagnosis->verdict.signal];
}

// Writes out S, which is said of W, and empties it.
static void say(struct str *s, const struct words *w)
{
    struct str names, given;
    str_init(&names);
    str_init(&given);
    add_names(&names, w);
    add_given(&given, w);
    printf("\x1d%s\x1e%s\x1e%s\x1e%s\x1e%s\x1c\n", blamed(w), names.text, given.text, made.text,
        s->text);
    str_finish(&names);
    str_finish(&given);
    str_clear(&made);
    str_clear(s);
    arena_finish(&texts);
}

// The parts as they are shown, without the marks of their numbers, but for mere names.
static void say_block(struct str *s, const struct words *w)
{
    struct arena a = {0};
    struct block b;
    block_of(&b, &a, w);
    for (size_t i = 0; i < b.count; i++) {
        for (size_t k = 0; k < b.lines[i].count; k++) {
            const struct block_part *part = &b.lines[i].parts[k];
            for (const char *p = part->tone == BLOCK_PLACE ? "" : part->text; *p; p++) {
                if (*p != BLOCK_MARK) {
                    str_addc(s, *p);
                }
            }
            str_addc(s, ' ');
        }
    }
    arena_finish(&a);
    say(s, w);
}

static void say_all(const struct words *w)
{
    struct str s;
    struct words_step step;
    str_init(&s);
    words_add_summary(&s, w);
    say(&s, w);
    say_block(&s, w);
    for (size_t i = 0; i < w->diagnosis->verdict.evidence_count; i++) {
        words_add_evidence(&s, w, i);
        say(&s, w);
        struct arena a = {0};
        str_add(&s, words_find(&a, w, i).meaning);
        arena_finish(&a);
        say(&s, w);
    }
    for (size_t i = 0; words_next(&step, w, i); i++) {
        words_add_step(&s, &step);
        say(&s, w);
    }
    for (size_t i = 0; i < w->plan->stages_count; i++) {
        words_add_reason(&s, w, (int)i);
        say(&s, w);
    }
    for (size_t i = 0; i < w->diagnosis->tools_count; i++) {
        words_add_tool_reason(&s, w, (int)i);
        say(&s, w);
    }
    words_add_usual(&s, w);
    say(&s, w);
    str_finish(&s);
}

const struct verdict *__wrap_world_judge(struct world *w)
{
    const struct verdict *v = __real_world_judge(w);
    const struct words words = world_words(w);
    str_init(&made);
    on = true;
    say_all(&words);
    on = false;
    str_finish(&made);
    return v;
}
