package dev.millrace.simulator.wire;

import dev.millrace.simulator.settings.ErrorForm;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The body of an error in one of the forms that clients meet.
 *
 * @param contentType value of the header {@code content-type}
 * @param text the body
 */
public record SimulatedErrorBody(String contentType, String text) {
    private static final String JSON = "application/json";

    /** Formats an error. */
    public static SimulatedErrorBody of(
            ProviderError error, ErrorForm form, WireFormat wire, CallId id) {
        return switch (form) {
            case NATIVE -> new SimulatedErrorBody(JSON, error.body(wire, id).toString());
            case GOOGLE -> new SimulatedErrorBody(JSON, google(error).toString());
            case HTML -> new SimulatedErrorBody("text/html", html(error.status()));
        };
    }

    /** Formats an error of Google's API inside of an array, as Gemini's OpenAI endpoint does. */
    private static ArrayNode google(ProviderError error) {
        ArrayNode errors = JsonNodeFactory.instance.arrayNode();
        errors.addObject()
                .putObject("error")
                .put("code", error.status())
                .put("message", error.message())
                .put("status", googleStatus(error.status()));
        return errors;
    }

    /**
     * Returns the name of a status (<a
     * href="https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto">names</a>).
     */
    private static String googleStatus(int status) {
        return switch (status) {
            case 400 -> "INVALID_ARGUMENT";
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 500 -> "INTERNAL";
            case 503 -> "UNAVAILABLE";
            case 504 -> "DEADLINE_EXCEEDED";
            default -> "UNKNOWN";
        };
    }

    private static String html(int status) {
        String title =
                switch (status) {
                    case 429 -> "429 Too Many Requests";
                    case 502 -> "502 Bad Gateway";
                    case 503 -> "503 Service Temporarily Unavailable";
                    case 504 -> "504 Gateway Time-out";
                    default -> status + " Error";
                };
        return "<html>\r\n<head><title>"
                + title
                + "</title></head>\r\n<body>\r\n<center><h1>"
                + title
                + "</h1></center>\r\n</body>\r\n</html>\r\n";
    }
}
