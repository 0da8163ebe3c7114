package dev.millrace.gateway.server;

import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ApiStyle;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.GatewayApi;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;

/**
 * Reports the errors of requests that reach no route, such as malformed headers, in the form that
 * clients expect. Omits the server's message, which can contain parts of the request.
 */
final class DirectErrors implements DirectHandler {
    static final String NO_ID = "none";

    static DirectHandlers handlers() {
        var handlers = DirectHandlers.builder();
        for (EventType type : EventType.values()) {
            handlers.addHandler(type, new DirectErrors());
        }
        return handlers.build();
    }

    @Override
    public TransportResponse handle(
            TransportRequest request,
            EventType type,
            Status status,
            ServerResponseHeaders headers,
            String message) {
        ApiStyle style = style(request.path(), false);
        return TransportResponse.builder()
                .status(status)
                .headers(headers)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .keepAlive(false)
                .entity(style.body(error(status), NO_ID))
                .build();
    }

    static ApiStyle style(String path, boolean hasAnthropicVersion) {
        boolean isBelow = path.startsWith(GatewayApi.PATH + "/");
        return ApiStyle.of(
                isBelow ? path.substring(GatewayApi.PATH.length() + 1) : path, hasAnthropicVersion);
    }

    private static ApiError error(Status status) {
        return switch (status.code()) {
            case 404 -> ApiError.notFound("there is no such path");
            case 505 ->
                    ApiError.of(
                            ErrorKind.INVALID_REQUEST,
                            "http_version_not_supported",
                            "send HTTP/1.1 (in nginx: proxy_http_version 1.1); HTTP/1.0 is answered"
                                    + " without Transfer-Encoding, one request for each"
                                    + " connection");
            case 413 ->
                    ApiError.of(ErrorKind.TOO_LARGE, "request_too_large", "the body is too large");
            case 503 ->
                    ApiError.of(
                            ErrorKind.OVERLOADED, "overloaded", "too many requests at this moment");
            default ->
                    status.family() == Status.Family.SERVER_ERROR
                            ? ApiError.of(
                                    ErrorKind.INTERNAL, "internal_error", "a fault of the gateway")
                            : ApiError.of(
                                    ErrorKind.INVALID_REQUEST,
                                    "malformed_request",
                                    "the request is no valid HTTP, or its headers are too large");
        };
    }
}
