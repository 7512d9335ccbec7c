#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "draw/line_edit.h"
#include "draw/pane.h"

enum { INDENT = 1, GAP = 3, KEY_GAP = 2, SOURCE_LEAST = 8, HINT_LEAST = 12 };

static int draw_tabs(struct canvas *c, struct area a, const struct view *v)
{
    int x = VIEW_TABS_X;
    for (size_t i = 0; i < v->tabs_count; i++) {
        const struct view_tab *tab = &v->tabs[i];
        enum role role = tab->active ? ROLE_TAB : ROLE_DIM;
        x = tab->x;
        if (tab->key) {
            x += canvas_text(c, x, a.y, a.w - x, " ", role);
            x += canvas_text(c, x, a.y, a.w - x, tab->key, tab->active ? ROLE_TAB : ROLE_KEY);
        }
        if (tab->name) {
            x += canvas_text(c, x, a.y, a.w - x, " ", role);
            enum role named = tab->news && !tab->active ? ROLE_WARNING : role;
            x += canvas_text(c, x, a.y, a.w - x, tab->name, named);
        }
        x += canvas_text(c, x, a.y, a.w - x, " ", role);
    }
    return x;
}

// The host says more than `http://`, and a few letters of it say nothing.
static void add_source(struct str *s, const char *source, int room, const char *ellipsis)
{
    const char *scheme = strstr(source, "http"), *end = scheme ? strstr(scheme, "://") : NULL;
    if (utf8_width(source) <= room || !end) {
        utf8_add_fitted(s, source, room, ellipsis);
        return;
    }
    struct str shorter;
    str_init(&shorter);
    str_append(&shorter, source, (size_t)(scheme - source));
    str_add(&shorter, end + strlen("://"));
    if (utf8_width(shorter.text) <= room || room >= SOURCE_LEAST) {
        utf8_add_fitted(s, shorter.text, room, ellipsis);
    }
    str_finish(&shorter);
}

void pane_header(struct canvas *c, struct area a, const struct view *v, const struct glyphs *glyphs)
{
    if (a.h == 0) {
        return;
    }
    int right = a.w - INDENT;
    int clock = utf8_width(v->clock.text);
    if (right - clock > 20) {
        canvas_text(c, right - clock, a.y, clock, v->clock.text, v->clock.role);
        right -= clock + GAP;
    }
    canvas_text(c, INDENT, a.y, right - INDENT, "ragtop", ROLE_STRONG);
    int x = draw_tabs(c, (struct area){a.x, a.y, right, 1}, v) + 2;
    // who reads old numbers must know, and rather than the whole address
    bool matters = v->age.text && v->age.role == ROLE_NOTICE;
    int room = right - x, rest = room - (matters ? utf8_width(v->age.text) + GAP : 0);
    room = rest >= SOURCE_LEAST ? rest : room;
    struct str source;
    str_init(&source);
    add_source(&source, v->source ? v->source : "", room > 0 ? room : 0, glyphs->ellipsis);
    x += canvas_text(c, x, a.y, right - x, source.text, ROLE_HEADER) + GAP;
    str_finish(&source);
    // from what matters most to what can be guessed; what does not fit whole is left out
    const struct view_text parts[] = {v->age, {v->window, ROLE_HEADER}, {v->usual, ROLE_HEADER}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        int width = parts[i].text ? utf8_width(parts[i].text) : 0;
        if (width > 0 && x + width <= right) {
            x += canvas_text(c, x, a.y, right - x, parts[i].text, parts[i].role) + GAP;
        }
    }
}

void pane_bar(struct canvas *c, struct area a, const struct view *v, const struct glyphs *glyphs)
{
    if (a.h == 0) {
        return;
    }
    canvas_fill(c, (struct rect){a.x, a.y, a.w, 1}, ' ', ROLE_NORMAL);
    int x = a.x + INDENT, right = a.x + a.w - INDENT;
    for (size_t i = 0; i < VIEW_BAR_PARTS && x < right; i++) {
        struct str s;
        str_init(&s);
        utf8_add_words(&s, v->bar[i].text ? v->bar[i].text : "", right - x, glyphs->ellipsis);
        x += canvas_text(c, x, a.y, right - x, s.text, v->bar[i].role);
        str_finish(&s);
    }
    if (v->bar_end) {
        int width = utf8_width(v->bar_end);
        canvas_text(c, right - width, a.y, width, v->bar_end, ROLE_NORMAL);
    }
    canvas_select(c, (struct rect){a.x, a.y, a.w, 1});
}

static void draw_prompt(
    struct canvas *c, struct area a, const struct view *v, const struct glyphs *glyphs)
{
    line_draw(c, INDENT, a.y, a.w - 2 * INDENT, v->prompt, v->prompt_cursor, glyphs);
    int x = INDENT + utf8_width(v->prompt) + GAP, room = a.w - INDENT - x;
    int hidden = v->hidden ? utf8_width(v->hidden) : 0;
    int hint = v->prompt_hint ? utf8_width(v->prompt_hint) : 0; // comes before what is out of sight
    bool cuts = hint <= room && hidden + GAP + hint > room;
    if (hidden > 0 && hidden <= room && !cuts) {
        canvas_text(c, a.w - INDENT - hidden, a.y, hidden, v->hidden, ROLE_STATUS);
        room -= hidden + GAP;
    }
    if (!v->prompt_hint || room < HINT_LEAST) {
        return;
    }
    struct str s;
    str_init(&s);
    utf8_add_words(&s, v->prompt_hint, room, glyphs->ellipsis);
    canvas_text(c, x, a.y, room, s.text, ROLE_DIM);
    str_finish(&s);
}

static bool stays(const struct view *v, size_t i)
{
    return v->keys_brief && v->keys_brief[i];
}

static const char *label_of(const struct view *v, size_t i, bool brief)
{
    return brief && stays(v, i) ? v->keys_brief[i] : v->keys[i].label;
}

static int key_width(const struct view *v, size_t i, bool brief)
{
    int width = utf8_width(v->keys[i].key);
    return width + (width > 0) + utf8_width(label_of(v, i, brief));
}

// Of the keys from FIRST on that stay, with the gap before each.
static int staying_width(const struct view *v, size_t first, bool brief)
{
    int width = 0;
    for (size_t i = first; i < v->keys_count; i++) {
        width += stays(v, i) ? KEY_GAP + key_width(v, i, brief) : 0;
    }
    return width;
}

static int room_for_notice(const struct view *v, int width, bool brief)
{
    int staying = staying_width(v, 0, brief);
    return width - (staying > 0 && !brief ? staying - KEY_GAP + GAP : staying);
}

// Those that stay have room before all others; on a wall nobody presses the others.
static void draw_keys(struct canvas *c, struct area a, int right, const struct view *v, bool brief)
{
    int x = INDENT;
    bool full = v->wall;
    for (size_t i = 0; i < v->keys_count; i++) {
        full = full || x + key_width(v, i, brief) + staying_width(v, i + 1, brief) > right;
        if (full && !stays(v, i)) {
            continue;
        }
        int used = canvas_text(c, x, a.y, right - x, v->keys[i].key, ROLE_KEY);
        x += used + (used > 0);
        x += canvas_text(c, x, a.y, right - x, label_of(v, i, brief), ROLE_STATUS) + KEY_GAP;
    }
}

void pane_status(struct canvas *c, struct area a, const struct view *v, const struct glyphs *glyphs)
{
    if (a.h == 0) {
        return;
    }
    if (v->prompt) {
        draw_prompt(c, a, v, glyphs);
        return;
    }
    int right = a.w - INDENT;
    struct str more, s;
    str_init(&more);
    str_init(&s);
    if (v->notices_more > 0) {
        str_addc(&more, ' ');
        str_addf(&more, text_count("+%d note", "+%d notes", v->notices_more), v->notices_more);
    }
    int wanted = v->notice.text ? utf8_width(v->notice.text) + utf8_width(more.text) : 0;
    int room = room_for_notice(v, right - INDENT, false);
    bool brief = wanted > room;
    room = brief ? room_for_notice(v, right - INDENT, true) : room;
    bool alone = v->notice_passes && wanted > room; // keys are back as soon as it has gone
    room = alone ? right - INDENT : room;
    room -= utf8_width(more.text);
    if (wanted > 0 && room > 0) {
        utf8_add_words(&s, v->notice.text, room, glyphs->ellipsis);
        str_add(&s, more.text);
        int width = utf8_width(s.text);
        canvas_text(c, right - width, a.y, width, s.text, v->notice.role);
        right -= width + (brief ? KEY_GAP : GAP);
    }
    str_finish(&s);
    str_finish(&more);
    if (!alone) {
        draw_keys(c, a, right, v, brief);
    }
}
