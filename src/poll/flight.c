#include "poll/flight.h"

// Below that, a few at a time keep a server busy.
static const double FAR_S = 0.03;

void flight_note(struct flight *f, const struct http_reply *reply)
{
    bool known = f->shortest_s > 0 && f->shortest_s < reply->wait_s;
    if (reply->outcome != HTTP_ANSWERED || reply->status >= 500 || reply->status == 429) {
        f->shortest_s = 0;
    } else if (reply->wait_s > 0 && !known) {
        f->shortest_s = reply->wait_s;
    }
}

bool flight_is_far(const struct flight *f)
{
    return f->shortest_s >= FAR_S;
}

int flight_most(const struct flight *f)
{
    return flight_is_far(f) ? FLIGHT_FAR : FLIGHT_NEAR;
}

int flight_history(const struct flight *f)
{
    return flight_is_far(f) ? FLIGHT_FAR - 2
                            : FLIGHT_NEAR - 1; // the present does not wait for all of it
}
