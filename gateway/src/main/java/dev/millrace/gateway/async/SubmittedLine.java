package dev.millrace.gateway.async;

import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.JsonObjectEdit;
import dev.millrace.contracts.json.ObjectKeys;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.ErrorKind;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Completes a line that a client submits: it may lack a custom_id, a method and the options. */
final class SubmittedLine {
    private static final String CUSTOM_ID = "custom_id";
    private static final String METHOD = "method";

    private SubmittedLine() {}

    /**
     * Returns the line as the pipeline gets it, with the tenant and batch of the caller.
     *
     * @param customIds creates the custom_id of a line without one
     * @param requestId the request id of a line without one; empty for none
     * @throws ApiError if the line is invalid
     */
    static RequestLine of(
            byte[] json, Caller caller, Supplier<String> customIds, Optional<String> requestId) {
        int start = indexOfObject(json);
        int end = endOfObject(json);
        if (start < 0 || !JsonBytes.isUtf8(json) || !JsonBytes.isJson(json)) {
            throw ApiError.of(
                    ErrorKind.INVALID_REQUEST,
                    "invalid_json",
                    "must be a JSON object in UTF-8, such as a line of a batch file");
        }
        Set<String> given =
                ObjectKeys.withValue(json, start, end - start, Set.of(CUSTOM_ID, METHOD));
        var edit = new JsonObjectEdit();
        if (!given.contains(CUSTOM_ID)) {
            edit.set(CUSTOM_ID, JsonBytes.quoted(customIds.get()));
        }
        if (!given.contains(METHOD)) {
            edit.set(METHOD, "\"POST\"");
        }
        byte[] whole = edit.apply(json, start, end);
        RequestLine line = parse(whole);
        requireOwn("millrace.tenant", line.options().tenant(), caller.tenant());
        requireOwn("millrace.batch", line.options().batch(), caller.batch());
        var options =
                new JsonObjectEdit()
                        .set("tenant", JsonBytes.quoted(caller.tenant()))
                        .set("batch", JsonBytes.quoted(caller.batch()));
        if (line.options().labels().requestId() == null) {
            requestId.ifPresent(it -> options.set("request_id", JsonBytes.quoted(it)));
        }
        return parse(new JsonObjectEdit().edit("millrace", options).apply(whole, 0, whole.length));
    }

    private static int indexOfObject(byte[] json) {
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '{') {
                return i;
            }
            if (json[i] > ' ') {
                return -1;
            }
        }
        return -1;
    }

    private static int endOfObject(byte[] json) {
        int end = json.length;
        while (end > 0 && json[end - 1] >= 0 && json[end - 1] <= ' ') {
            end--;
        }
        return end;
    }

    private static RequestLine parse(byte[] line) {
        return switch (RequestParser.parse(line)) {
            case ParseResult.Accepted(var accepted) -> accepted;
            case ParseResult.Unacceptable unacceptable ->
                    throw ApiError.invalid(
                            unacceptable.problems().getFirst().key(), unacceptable.message());
            case ParseResult.Malformed(String reason) -> throw ApiError.invalid("line", reason);
        };
    }

    private static void requireOwn(String key, @Nullable String given, String own) {
        if (given != null && !given.equals(own)) {
            throw ApiError.invalid(
                    key, key + " follows from the API key, and must be left out or be " + own);
        }
    }
}
