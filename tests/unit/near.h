/**
 * Numbers that need not be the same to the last digit. To be included after cmocka.h.
 */
#ifndef TESTS_UNIT_NEAR_H
#define TESTS_UNIT_NEAR_H

#include <math.h>

/** Fails where it stands unless GOT is within BY of WANT; near NAN is NAN alone. */
#define assert_near(got, want, by)                                                                 \
    do {                                                                                           \
        double is_ = (got), should_ = (want);                                                      \
        if (isnan(should_) ? !isnan(is_) : !(fabs(is_ - should_) <= (by))) {                       \
            fail_msg("%s is %g, not %g +- %g", #got, is_, should_, (double)(by));                  \
        }                                                                                          \
    } while (0)

#endif
