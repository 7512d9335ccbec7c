#include "poll/poller_state.h"

enum { BODY_MAX = 16 * 1024 * 1024 };

struct http_client *connect_source(const struct endpoint *e, struct str *why)
{
    const struct http_options options = {
        .endpoint = *e, .connections = FLIGHT_FAR, .body_max = BODY_MAX, .user_agent = "ragtop"};
    struct http_client *http = http_create(&options, why);
    if (http) {
        http_set_in_flight(http, FLIGHT_NEAR); // until it is known how far away it is
    }
    return http;
}
