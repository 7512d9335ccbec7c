#include "app/silence_line.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "promql/select.h"

static const int64_t SHORTEST_MS = 60 * 1000, LONGEST_MS = INT64_C(366) * 24 * 60 * 60 * 1000;

static const char *user_name(void)
{
    const char *user = getenv("USER");
    return user && *user ? user : "ragtop";
}

/** The word at *AT, moving past it and the blanks behind it. To be freed. */
static char *take_word(const char **at)
{
    size_t len = strcspn(*at, " ");
    char *word = mem_strndup(*at, len);
    *at += len;
    *at += strspn(*at, " ");
    return word;
}

bool silence_line_duration(const char **at, int64_t *ms, struct str *why)
{
    char *word = take_word(at);
    bool negative = *word == '-', read = clock_parse_duration(word + negative, ms);
    free(word);
    const char *no = !read                  ? _("how long comes first: 30m, 2h or 3d")
                     : negative || *ms == 0 ? _("a duration must be positive: 30m, 2h or 3d")
                     : *ms < SHORTEST_MS    ? _("a silence lasts at least 1 min")
                     : *ms > LONGEST_MS     ? _("a silence lasts at most 366 days")
                                            : NULL;
    if (no) {
        str_setf(why, "%s", no);
    }
    return !no;
}

static bool take_matchers(const char **at, struct silence *s, struct str *why)
{
    struct selector selector;
    if (**at == '{' && (*at)[1 + strspn(*at + 1, " ")] == '}') {
        str_setf(why, "%s", _("the braces are empty: name what to silence, {alertname=\"Slow\"}"));
        return false;
    }
    if (**at != '{' || !select_parse(&selector, at)) {
        str_setf(why, "%s",
            **at == '{' && selector.no_regex
                ? _("a regular expression in the braces is invalid, or too complex to be checked "
                    "here")
                : _("what to silence stands in braces: {alertname=\"Slow\",pod=~\"a.*\"}"));
        return false;
    }
    bool some = false;
    for (size_t i = 0; i < selector.count; i++) {
        const struct matcher *m = &selector.matchers[i];
        some = some || !select_matches(m, "");
        silence_add_matcher(s, m->name, m->value, m->regex, m->negative);
    }
    select_finish(&selector);
    *at += strspn(*at, " ");
    if (!some) {
        str_setf(why, "%s", _("those matchers would silence every alert: name one that some lack"));
    }
    return some;
}

// `by NAME: COMMENT`, or the comment alone.
static bool take_comment(const char *at, struct silence *s, struct str *why)
{
    const char *author = strncmp(at, "by ", 3) == 0 ? at + 3 : NULL;
    const char *colon = author ? strchr(author, ':') : NULL;
    bool given = colon && colon > author;
    s->author = given ? mem_strndup(author, (size_t)(colon - author)) : mem_strdup(user_name());
    at = given ? colon + 1 : at;
    at += strspn(at, " ");
    s->comment = mem_strdup(at);
    if (!*at) {
        str_setf(why, "%s", _("a comment is missing behind the braces: why this is silenced"));
    }
    return *at != '\0';
}

bool silence_line_read(const char *text, struct silence *out, int64_t *lasts_ms, struct str *why)
{
    const char *at = text;
    return silence_line_duration(&at, lasts_ms, why) && take_matchers(&at, out, why) &&
           take_comment(at, out, why);
}
