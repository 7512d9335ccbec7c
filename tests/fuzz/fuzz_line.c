/*
 * Lines being edited: every byte is a key. A line stays text with its cursor between two
 * characters, and what is shown of it has the cursor in sight.
 */
#include <locale.h>
#include <string.h>

#include "base/check.h"
#include "base/line.h"
#include "base/utf8.h"
#include "fuzz/target.h"

enum { KEYS_MAX = 400, FULL_MAX = 12 /* looking at a full line is what takes time */ };

static const uint32_t letters[] = {
    'a', ' ', '{', '"', 0xE9, 0x301, 0x4E2D, 0x1F50D, 0x200D, 0x10FFFF};

// Wide characters up to the last byte, with the cursor somewhere among them.
static void fill(struct line *l)
{
    char text[LINE_BYTES + 3];
    size_t len = 0;
    for (const char *wide = "\u4E2D"; len < LINE_BYTES; len += 3) {
        memcpy(text + len, wide, 3);
    }
    text[len] = '\0';
    line_set(l, text);
    check(l->len == (LINE_BYTES - 1) / 3 * 3);
    check(!line_replace(l, l->cursor, l->cursor, "\u4E2D"));
}

static void edit(struct line *l, uint8_t byte)
{
    switch (byte) {
    case 0: line_left(l); break;
    case 1: line_right(l); break;
    case 2: line_home(l); break;
    case 3: line_end(l); break;
    case 4: line_rub_out(l); break;
    case 5: line_delete(l); break;
    case 6: line_cut_before(l); break;
    case 7: line_cut_word(l); break;
    case 8: line_cut_after(l); break;
    case 9: line_replace(l, 0, l->cursor, "rate(x)"); break;
    case 10: fill(l); break;
    default: line_insert(l, letters[byte % (sizeof letters / sizeof *letters)]);
    }
}

static void check_line(const struct line *l, int columns)
{
    check(l->len < LINE_BYTES && strlen(l->text) == l->len && l->cursor <= l->len);
    check((l->text[l->cursor] & 0xC0) != 0x80);
    for (const char *p = l->text; *p;) {
        check(utf8_next(&p) != UTF8_REPLACEMENT);
    }
    size_t first = line_first_shown(l->text, l->cursor, columns);
    check(first <= l->cursor && (l->text[first] & 0xC0) != 0x80);
    int x = 0;
    for (const char *p = l->text + first; p < l->text + l->cursor;) {
        x += utf8_char_width(utf8_next(&p));
    }
    check(x < columns);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct line line;
    setlocale(LC_CTYPE, "C.UTF-8");
    line_set(&line, "");
    int full = 0;
    for (size_t i = 0; i < size && i < KEYS_MAX && full < FULL_MAX; i++) {
        edit(&line, data[i]);
        full += line.len > KEYS_MAX * 4;
        check_line(&line, 1 + (int)(i % 40));
    }
    return 0;
}
