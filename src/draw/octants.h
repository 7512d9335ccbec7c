/**
 * Octants: blocks of 2 by 4 cells, as the dots of braille stand, but without gaps.
 */
#ifndef RAGTOP_DRAW_OCTANTS_H
#define RAGTOP_DRAW_OCTANTS_H

#include <stdint.h>

/** The octant in whose cells the dots of the BRAILLE character are. */
uint32_t octants_of(uint32_t braille);

#endif
