#include "http/status_name.h"

const char *status_name(long status)
{
#define STATUS(number, name)                                                                       \
    case number: return name;
    switch (status) {
        STATUS(200, "OK")
        STATUS(204, "No Content")
        STATUS(301, "Moved Permanently")
        STATUS(302, "Found")
        STATUS(303, "See Other")
        STATUS(307, "Temporary Redirect")
        STATUS(308, "Permanent Redirect")
        STATUS(400, "Bad Request")
        STATUS(401, "Unauthorized")
        STATUS(403, "Forbidden")
        STATUS(404, "Not Found")
        STATUS(405, "Method Not Allowed")
        STATUS(407, "Proxy Authentication Required")
        STATUS(408, "Request Timeout")
        STATUS(413, "Content Too Large")
        STATUS(414, "URI Too Long")
        STATUS(422, "Unprocessable Content")
        STATUS(429, "Too Many Requests")
        STATUS(500, "Internal Server Error")
        STATUS(501, "Not Implemented")
        STATUS(502, "Bad Gateway")
        STATUS(503, "Service Unavailable")
        STATUS(504, "Gateway Timeout")
    default: return "";
    }
#undef STATUS
}
