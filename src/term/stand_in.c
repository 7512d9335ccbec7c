#include "term/stand_in.h"

#include <stdbool.h>
#include <string.h>
#include <wchar.h>

#include "base/utf8.h"

// As UTF-8, 0xF0 0x9C.. against 0xF4 0x8C..: the last two bytes are the same.
enum { AWAY = 0xF0000, LEAD = 0xF0, LEAD_AWAY = 0xF4, SECOND_AWAY = 0x10, LENGTH = 4 };

static bool is_block(uint32_t glyph)
{
    return (glyph >= 0x1CC00 && glyph <= 0x1CEBF) || (glyph >= 0x1FB00 && glyph <= 0x1FBFF);
}

uint32_t stand_in_for(uint32_t glyph)
{
    if (glyph >= AWAY && is_block(glyph - AWAY)) {
        return UTF8_REPLACEMENT;
    }
    return is_block(glyph) && wcwidth((wchar_t)glyph) != 1 ? glyph + AWAY : glyph;
}

void stand_in_undo(char *bytes, size_t len)
{
    const char *end = bytes + len;
    char *p = bytes;
    while ((p = memchr(p, LEAD_AWAY, (size_t)(end - p))) != NULL && end - p >= LENGTH) {
        const char *next = p;
        uint32_t glyph = utf8_next(&next); // reads no further than LENGTH
        if (glyph >= AWAY && is_block(glyph - AWAY)) {
            p[0] = (char)LEAD;
            p[1] = (char)(p[1] + SECOND_AWAY);
        }
        p++;
    }
}
