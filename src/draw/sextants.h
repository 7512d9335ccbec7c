/**
 * Sextants: blocks of 2 by 3 cells, for terminals that draw them but no octants.
 */
#ifndef RAGTOP_DRAW_SEXTANTS_H
#define RAGTOP_DRAW_SEXTANTS_H

#include <stdint.h>

/** The sextant nearest to the dots of the BRAILLE character; its middle row is two of theirs. */
uint32_t sextants_of(uint32_t braille);

#endif
