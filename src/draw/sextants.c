#include "draw/sextants.h"

enum { BRAILLE = 0x2800, FIRST_SEXTANT = 0x1FB00, LEFT_HALF = 21, RIGHT_HALF = 42, ALL = 63 };

uint32_t sextants_of(uint32_t braille)
{
    // dots are numbered down the columns, the last two below them; cells by rows
    static const uint8_t cell_of_dot[8] = {0, 2, 2, 1, 3, 3, 4, 5};
    uint32_t cells = 0;
    for (int dot = 0; dot < 8; dot++) {
        cells |= ((braille - BRAILLE) >> dot & 1) << cell_of_dot[dot];
    }
    switch (cells) { // those that were characters before Unicode 13
    case 0: return ' ';
    case LEFT_HALF: return 0x258C;
    case RIGHT_HALF: return 0x2590;
    case ALL: return 0x2588;
    default: break;
    }
    return FIRST_SEXTANT + cells - 1 - (cells > LEFT_HALF) - (cells > RIGHT_HALF);
}
