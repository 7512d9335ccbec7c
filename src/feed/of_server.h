/**
 * What queries about the server itself, asked while they are wanted, have in common. Private to
 * feed/.
 */
#ifndef RAGTOP_FEED_OF_SERVER_H
#define RAGTOP_FEED_OF_SERVER_H

#include "feed/feed.h"

/** For struct feed_type: there is always something to ask, and it has no stretch of time. */
bool of_server_missing(const struct feed_env *env, int subject, int part, struct gap *out);

/** For struct filling: DATA is a struct list. */
void of_server_finish(void *data);

#endif
