/**
 * What HTTP calls its statuses.
 */
#ifndef RAGTOP_HTTP_STATUS_NAME_H
#define RAGTOP_HTTP_STATUS_NAME_H

/** "Not Found" of 404, as RFC 9110 has it in every language; "": another one. */
const char *status_name(long status);

#endif
