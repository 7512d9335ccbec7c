#include "unit/words/said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "words/block.h"

const struct load usually = {2, 0.3};

void assert_has(const char *what, const char *text, const char *part)
{
    if (!strstr(text, part)) {
        fail_msg("%s: '%s' is not in '%s'", what, part, text);
    }
}

void assert_reason(struct world *w, const char *stage, const char *part)
{
    struct str s;
    const struct words words = world_words(w);
    str_init(&s);
    words_add_reason(&s, &words, world_stage(w, stage));
    assert_has(stage, s.text, part);
    str_finish(&s);
}

void assert_summary(struct world *w, const char *const *parts)
{
    struct str s;
    const struct words words = world_words(w);
    str_init(&s);
    words_add_summary(&s, &words);
    for (; *parts; parts++) {
        assert_has("summary", s.text, *parts);
    }
    assert_null(strstr(s.text, "nan"));
    assert_null(strstr(s.text, "inf"));
    assert_null(strstr(s.text, "null"));
    str_finish(&s);
}

void assert_block_has(struct world *w, const char *part)
{
    struct arena a = {0};
    struct block b;
    struct str s;
    const struct words words = world_words(w);
    str_init(&s);
    block_of(&b, &a, &words);
    for (size_t i = 0; i < b.count; i++) {
        for (size_t k = 0; k < b.lines[i].count; k++) {
            str_addf(&s, " %s", b.lines[i].parts[k].text);
        }
    }
    assert_has("block", s.text, part);
    str_finish(&s);
    arena_finish(&a);
}

void assert_not_said(struct world *w, const char *part)
{
    struct str s;
    const struct words words = world_words(w);
    str_init(&s);
    words_add_summary(&s, &words);
    if (strstr(s.text, part)) {
        fail_msg("'%s' is in '%s'", part, s.text);
    }
    str_finish(&s);
}
