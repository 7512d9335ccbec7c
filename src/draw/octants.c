#include "draw/octants.h"

enum { BRAILLE = 0x2800, FIRST_OCTANT = 0x1CD00, ALL = 256 };

// Unicode 16, "Symbols for Legacy Computing Supplement": octants are in the order of the numbers
// that their cells make, first cell 1, second 2, and so on by rows. Those that were characters
// before are left out, and here.
static const struct {
    uint8_t cells;
    uint32_t glyph;
} others[] = {{0x00, ' '}, {0x01, 0x1CEA8}, {0x02, 0x1CEAB}, {0x03, 0x1FB82}, {0x05, 0x2598},
    {0x0A, 0x259D}, {0x0F, 0x2580}, {0x14, 0x1FBE6}, {0x28, 0x1FBE7}, {0x3F, 0x1FB85},
    {0x40, 0x1CEA3}, {0x50, 0x2596}, {0x55, 0x258C}, {0x5A, 0x259E}, {0x5F, 0x259B},
    {0x80, 0x1CEA0}, {0xA0, 0x2597}, {0xA5, 0x259A}, {0xAA, 0x2590}, {0xAF, 0x259C}, {0xC0, 0x2582},
    {0xF0, 0x2584}, {0xF5, 0x2599}, {0xFA, 0x259F}, {0xFC, 0x2586}, {0xFF, 0x2588}};

enum { OTHERS = sizeof others / sizeof *others };

/** The cells of an octant for the dots of braille, which are numbered down the columns. */
static uint8_t cells_of(uint32_t braille)
{
    static const uint8_t cell_of_dot[8] = {0, 2, 4, 1, 3, 5, 6, 7};
    unsigned cells = 0;
    for (int dot = 0; dot < 8; dot++) {
        cells |= ((braille - BRAILLE) >> dot & 1) << cell_of_dot[dot];
    }
    return (uint8_t)cells;
}

uint32_t octants_of(uint32_t braille)
{
    uint8_t cells = cells_of(braille);
    uint32_t before = 0;
    for (int i = 0; i < OTHERS && others[i].cells <= cells; i++) {
        if (others[i].cells == cells) {
            return others[i].glyph;
        }
        before++;
    }
    return FIRST_OCTANT + cells - before;
}
