package dev.millrace.contracts.job;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The client's labels of its job, which the result repeats.
 *
 * @param requestId id that the provider also gets, as {@code X-Request-ID}; null for none
 * @param metadata a JSON object in one line; null for none
 */
public record JobLabels(@Nullable String requestId, @Nullable String metadata) {
    /** The rule for request ids, for messages. */
    public static final String REQUEST_ID_RULE =
            "must be 1 to 128 letters, digits, '.', '_', ':' or '-'";

    /** Has only characters that are harmless in headers and logs. */
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    /** Returns true if a text is valid as a request id. */
    public static boolean isRequestId(String text) {
        return REQUEST_ID.matcher(text).matches();
    }
}
