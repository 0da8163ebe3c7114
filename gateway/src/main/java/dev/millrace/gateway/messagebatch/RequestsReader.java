package dev.millrace.gateway.messagebatch;

import dev.millrace.contracts.job.ProviderHeader;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.JsonFields;
import dev.millrace.gateway.batch.CreateRequest;
import dev.millrace.gateway.batch.PermittedModels;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.submission.LineCheck;
import dev.millrace.gateway.submission.LineError;
import dev.millrace.gateway.submission.Submission.Spending;
import dev.millrace.producer.BatchLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/**
 * Reads the body that creates a message batch, one request after another, and writes each as a line
 * of a batch file. Holds one request at a time. The first invalid request refuses the body, so that
 * a written line never fails the check of its batch. Used once, by one thread.
 */
final class RequestsReader {
    private static final String REQUESTS = "requests";
    private static final String MILLRACE = "millrace";

    /** Twice the read-ahead of a parser: before and after a request. */
    private static final int READ_AHEAD_BYTES = 32 << 10;

    private final Limits limits;
    private final LineCheck check;
    private final PermittedModels models;
    private final OutputStream lines;
    private final Map<ProviderHeader, String> headers;
    private Spending spending = Spending.NONE;

    /** Number of requests that are written. */
    private int count;

    /**
     * The limits of a body.
     *
     * @param requests maximum number of requests
     * @param bytes maximum size of the body
     * @param requestBytes maximum size of a request
     */
    record Limits(long requests, long bytes, int requestBytes) {}

    /**
     * @param headers headers that the provider of each request gets
     * @param lines where the lines are written
     */
    RequestsReader(
            Limits limits,
            LineCheck check,
            PermittedModels models,
            Map<ProviderHeader, String> headers,
            OutputStream lines) {
        this.headers = headers;
        this.limits = limits;
        this.check = check;
        this.models = models;
        this.lines = lines;
    }

    /**
     * Reads a body to its end.
     *
     * @param onWritten called after each request, which is no longer held
     * @return what the batch may cost, and how its calls are bought
     * @throws ApiError naming the invalid request and field, or the exceeded limit
     * @throws IOException if a line cannot be written
     */
    Spending read(InputStream body, Runnable onWritten) throws IOException {
        var in =
                new RecentInput(
                        withoutByteOrderMark(body),
                        limits.requestBytes() + READ_AHEAD_BYTES,
                        limits.bytes());
        try (JsonParser json = JsonBytes.parser(in)) {
            readBody(json, in, onWritten);
            return spending;
        } catch (RecentInput.LimitException e) {
            throw e.isOfBody() ? bodyTooLarge() : requestTooLarge();
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (UnexpectedEndOfInputException e) {
            throw ApiError.invalid(where(), where() + ": the body ends before its JSON does");
        } catch (StreamConstraintsException e) {
            throw ApiError.invalid(
                    where(),
                    where() + ": the JSON is too deep, or has a number or name that is too long");
        } catch (JacksonException e) {
            throw ApiError.invalid(
                    where(),
                    "%s: the body is not valid JSON at byte %d"
                            .formatted(where(), Math.max(0, e.getLocation().getByteOffset())));
        }
    }

    private static InputStream withoutByteOrderMark(InputStream body) throws IOException {
        var in = new PushbackInputStream(body, JsonBytes.BYTE_ORDER_MARK_BYTES);
        byte[] first = in.readNBytes(JsonBytes.BYTE_ORDER_MARK_BYTES);
        if (!JsonBytes.startsWithByteOrderMark(first)) {
            in.unread(first);
        }
        return in;
    }

    /** Names the request that is being read. */
    private String where() {
        return REQUESTS + "." + count;
    }

    private void readBody(JsonParser json, RecentInput in, Runnable onWritten) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw ApiError.invalid("body", "the body must be a JSON object");
        }
        var seen = new HashSet<String>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            if (!seen.add(name)) {
                throw ApiError.invalid(name, name + " appears twice");
            }
            switch (name) {
                case REQUESTS -> readRequests(json, in, onWritten);
                case MILLRACE -> readMillrace(json, in);
                default ->
                        throw ApiError.invalid(
                                "body", "the body must have requests and nothing else");
            }
        }
        if (count == 0) {
            throw ApiError.invalid(REQUESTS, "requests must have at least one request");
        }
        if (json.nextToken() != null) {
            throw ApiError.invalid("body", "the body must be a single JSON object");
        }
    }

    private void readRequests(JsonParser json, RecentInput in, Runnable onWritten)
            throws IOException {
        if (json.nextToken() != JsonToken.START_ARRAY) {
            throw ApiError.invalid(REQUESTS, "requests must be an array");
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (count >= limits.requests()) {
                throw tooManyRequests();
            }
            write(MessageLine.of(object(json, in, where()), where(), headers));
            onWritten.run();
            count++;
        }
    }

    private void readMillrace(JsonParser json, RecentInput in) {
        json.nextToken();
        byte[] options = object(json, in, MILLRACE);
        try {
            spending = CreateRequest.spending(JsonFields.read(options, MILLRACE).node());
        } catch (IllegalArgumentException e) {
            // Such as an exponent that no number can have.
            throw ApiError.invalid(MILLRACE, MILLRACE + " cannot be read: " + e.getMessage());
        }
    }

    /** Returns the bytes of the object at the parser's position. */
    private static byte[] object(JsonParser json, RecentInput in, String where) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw ApiError.invalid(
                    where,
                    where + " must be an object, was " + JsonBytes.describe(json.currentToken()));
        }
        long start = json.currentTokenLocation().getByteOffset();
        in.forgetBefore(start);
        json.skipChildren();
        return in.copy(start, json.currentLocation().getByteOffset());
    }

    private void write(byte[] bytes) throws IOException {
        var line = new BatchLine(count + 1L, bytes, bytes.length);
        for (LineError error : check.check(line)) {
            throw refused(error);
        }
        models.require(line, where());
        lines.write(bytes);
        lines.write('\n');
    }

    private ApiError refused(LineError error) {
        if (error.code().equals(LineCheck.TOO_LARGE)) {
            return requestTooLarge();
        }
        String param = error.param().map(it -> where() + "." + nameOfTheClient(it)).orElse(where());
        return ApiError.invalid(param, where() + ": " + nameOfTheClient(error.message()));
    }

    /** Returns a key, or a message that begins with one, as the client wrote it. */
    private static String nameOfTheClient(String text) {
        return text.replaceFirst("^body\\b", "params")
                .replaceFirst("^millrace\\b", "params.$0")
                .replaceFirst("^the line\\b", "the request");
    }

    private ApiError tooManyRequests() {
        return tooLarge(
                "the batch has more than %,d requests; split it, or let the operator of the gateway"
                        + " raise gateway.files.max_lines up to 100,000",
                limits.requests());
    }

    private ApiError bodyTooLarge() {
        return tooLarge(
                "the body has more than %,d bytes; split the batch, or let the operator of the"
                        + " gateway raise gateway.files.max_bytes up to 256 MiB",
                limits.bytes());
    }

    private ApiError requestTooLarge() {
        return tooLarge(
                where() + ": the request has more than %,d bytes (topics.max_request_bytes)",
                limits.requestBytes());
    }

    private static ApiError tooLarge(String message, long limit) {
        return ApiError.of(
                ErrorKind.TOO_LARGE,
                "request_too_large",
                String.format(Locale.ROOT, message, limit));
    }
}
