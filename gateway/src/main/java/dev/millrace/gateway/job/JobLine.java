package dev.millrace.gateway.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.OnUnavailable;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.JsonObjectEdit;
import java.io.ByteArrayOutputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Composes the batch line of a job: the client's body with its bytes unchanged, less the {@code
 * millrace} object, which becomes the options of the line.
 */
final class JobLine {
    /** Key of the body whose value is the options of the job. */
    static final String OPTIONS = "millrace";

    /** Key of the metadata whose value is the digest of a request with an idempotency key. */
    static final String DIGEST = "idempotency_digest";

    private static final byte[] NO_OPTIONS = {'{', '}'};

    /** Options that follow from the key of the caller. */
    private static final Set<String> OPTIONS_OF_THE_KEY = Set.of("tenant", "batch");

    private JobLine() {}

    /**
     * Composes the line.
     *
     * @param digest digest of a request with an idempotency key; null for other requests
     * @throws JobRefusal if the body or its options are invalid
     */
    static RequestLine of(JobCall request, String customId, @Nullable String digest) {
        byte[] given = options(request.body());
        byte[] options = given == null ? NO_OPTIONS : given;
        byte[] body = request.body();
        if (given != null) {
            body = new JsonObjectEdit().remove(OPTIONS).apply(body, 0, body.length);
        }
        var line = new ByteArrayOutputStream(body.length + options.length + 512);
        write(line, "{\"custom_id\":" + JsonBytes.quoted(customId));
        write(line, ",\"method\":\"POST\",\"url\":\"" + request.endpoint().url() + "\",\"body\":");
        line.writeBytes(body);
        write(line, ",\"millrace\":");
        line.writeBytes(complete(request, options, digest));
        write(line, "}");
        return parse(line.toByteArray());
    }

    private static void write(ByteArrayOutputStream line, String text) {
        line.writeBytes(text.getBytes(UTF_8));
    }

    private static RequestLine parse(byte[] line) {
        return switch (RequestParser.parse(line)) {
            case ParseResult.Accepted(var accepted) -> accepted;
            case ParseResult.Unacceptable unacceptable -> {
                var first = unacceptable.problems().getFirst();
                throw JobRefusal.invalid(withoutBody(first.key()), message(unacceptable));
            }
            case ParseResult.Malformed(String reason) ->
                    throw JobRefusal.invalid("the body " + reason);
        };
    }

    /** Returns the problems, with keys as the client wrote them. */
    private static String message(ParseResult.Unacceptable unacceptable) {
        return String.join(
                "; ",
                unacceptable.problems().stream()
                        .map(it -> withoutBody(it.key()) + " " + it.expected())
                        .toList());
    }

    private static String withoutBody(String key) {
        return key.startsWith("body.") ? key.substring("body.".length()) : key;
    }

    /**
     * Returns the options of a body; null if it has none. Checks that the body is one JSON object,
     * so that it cannot end early within the line.
     */
    private static byte @Nullable [] options(byte[] body) {
        if (!JsonBytes.isUtf8(body)) {
            throw JobRefusal.invalid("the body must be UTF-8");
        }
        try (JsonParser json = JsonBytes.parser(body, 0, body.length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw JobRefusal.invalid("the body must be a JSON object");
            }
            byte[] options = null;
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean found = json.currentName().equals(OPTIONS);
                JsonToken value = json.nextToken();
                if (found && options != null) {
                    throw JobRefusal.invalid(OPTIONS, OPTIONS + " appears twice");
                }
                if (found) {
                    options = object(json, value, body);
                } else {
                    json.skipChildren();
                }
            }
            if (json.nextToken() != null) {
                throw JobRefusal.invalid("the body must be a single JSON object");
            }
            return options;
        } catch (JacksonException e) {
            throw JobRefusal.invalid("the body " + syntaxProblem(body));
        }
    }

    /** Describes why a body is not JSON, as the pipeline does for a line. */
    private static String syntaxProblem(byte[] body) {
        return RequestParser.parse(body) instanceof ParseResult.Malformed(String reason)
                ? reason
                : "is not valid JSON";
    }

    /** Returns a copy of the object at the parser's position, and moves to its end. */
    private static byte[] object(JsonParser json, JsonToken value, byte[] body) {
        if (value != JsonToken.START_OBJECT) {
            throw JobRefusal.invalid(
                    OPTIONS, OPTIONS + " must be an object, was " + JsonBytes.describe(value));
        }
        int start = (int) json.currentTokenLocation().getByteOffset();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            if (OPTIONS_OF_THE_KEY.contains(name)) {
                throw JobRefusal.invalid(
                        OPTIONS + "." + name,
                        OPTIONS + "." + name + " follows from the API key and must not be given");
            }
            json.nextToken();
            json.skipChildren();
        }
        return Arrays.copyOfRange(body, start, (int) json.currentLocation().getByteOffset());
    }

    /** Adds the options that the client did not set, and the options that its key determines. */
    private static byte[] complete(JobCall request, byte[] options, @Nullable String digest) {
        Given given = Given.in(options);
        var edit = new JsonObjectEdit();
        edit.set("tenant", JsonBytes.quoted(request.tenant()));
        edit.set("batch", JsonBytes.quoted(request.batch()));
        if (!given.hasPriority) {
            edit.set("priority", "\"critical\"");
        }
        OnUnavailable onUnavailable = request.answerWait().onUnavailable();
        if (!given.hasOnUnavailable && onUnavailable.failAfter() != null) {
            edit.set("on_unavailable", JsonBytes.quoted(onUnavailable.text()));
        }
        if (!given.endsBefore(request.deadline())) {
            edit.set("deadline", JsonBytes.quoted(request.deadline().toString()));
        }
        request.ids()
                .requestId()
                .filter(_ -> !given.hasRequestId)
                .ifPresent(it -> edit.set("request_id", JsonBytes.quoted(it)));
        if (!request.headers().isEmpty()) {
            var headers = new JsonObjectEdit();
            request.headers()
                    .forEach((it, value) -> headers.set(it.text(), JsonBytes.quoted(value)));
            edit.edit("headers", headers);
        }
        if (digest != null && given.metadata != Metadata.INVALID) {
            edit.edit("metadata", new JsonObjectEdit().set(DIGEST, JsonBytes.quoted(digest)));
        }
        return edit.apply(options, 0, options.length);
    }

    /** Whether the options have metadata. The check of the line reports invalid ones. */
    private enum Metadata {
        NONE,
        OBJECT,
        INVALID
    }

    /**
     * The client's options.
     *
     * @param hasPriority true if the options name a priority
     * @param hasOnUnavailable true if the options choose the behaviour while the model is
     *     unavailable
     * @param hasRequestId true if the options name a request id
     * @param deadline the deadline as text; null for none
     */
    private record Given(
            boolean hasPriority,
            boolean hasOnUnavailable,
            boolean hasRequestId,
            @Nullable String deadline,
            Metadata metadata) {
        static Given in(byte[] options) {
            boolean hasPriority = false;
            boolean hasOnUnavailable = false;
            boolean hasRequestId = false;
            String deadline = null;
            Metadata metadata = Metadata.NONE;
            try (JsonParser json = JsonBytes.parser(options, 0, options.length)) {
                json.nextToken();
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = json.currentName();
                    JsonToken value = json.nextToken();
                    if (value == JsonToken.VALUE_NULL) {
                        continue;
                    }
                    switch (name) {
                        case "priority" -> hasPriority = true;
                        case "on_unavailable" -> hasOnUnavailable = true;
                        case "request_id" -> hasRequestId = true;
                        case "deadline" -> deadline = value.isScalarValue() ? json.getString() : "";
                        case "metadata" ->
                                metadata =
                                        value == JsonToken.START_OBJECT
                                                ? Metadata.OBJECT
                                                : Metadata.INVALID;
                        default -> {}
                    }
                    json.skipChildren();
                }
            }
            return new Given(hasPriority, hasOnUnavailable, hasRequestId, deadline, metadata);
        }

        /**
         * Returns true if the options have a deadline before the given time, or an unreadable
         * deadline, which the check of the line then reports.
         */
        boolean endsBefore(Instant time) {
            if (deadline == null) {
                return false;
            }
            try {
                return Instant.parse(deadline).isBefore(time);
            } catch (DateTimeException e) {
                return true;
            }
        }
    }
}
