package dev.millrace.gateway.http;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.gateway.connection.ClientConnection;
import dev.millrace.gateway.connection.UnknownLength;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request and its answer.
 *
 * @param path values of the path's variable segments
 * @param maxBodyBytes maximum size of {@link #body}
 * @param memory memory of the body
 */
public record Exchange(
        String requestId,
        ApiStyle style,
        Caller caller,
        List<String> path,
        long maxBodyBytes,
        BodyMemory.Hold memory,
        ServerRequest request,
        ServerResponse response) {
    static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-ID");

    private static final HeaderName TRACEPARENT = HeaderNames.create(MillraceHeaders.TRACEPARENT);
    private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");

    /** The type of a stream of events. */
    public static final String EVENTS = "text/event-stream";

    private static final int MAX_KEY_CHARS = 255;

    private static final String JSON = "application/json";

    private static final int PIECE_BYTES = 64 << 10;

    /** Time for each part of a body; see {@link PatientInput}. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * Counts memory that the request needs in addition to its body, until it is answered.
     *
     * @throws ApiError if other requests leave too little
     */
    public void hold(long bytes) {
        memory.add(bytes);
    }

    /**
     * Reads the whole body.
     *
     * @throws ApiError if it is larger than allowed
     */
    public byte[] body() throws IOException {
        return read(maxBodyBytes, "gateway.limits.body");
    }

    /**
     * Reads the whole body.
     *
     * @param maxBytes maximum size for this route
     * @param reason origin of the maximum, for the message
     * @throws ApiError if the body is too large
     */
    public byte[] body(long maxBytes, String reason) throws IOException {
        return maxBytes < maxBodyBytes ? read(maxBytes, reason) : body();
    }

    private byte[] read(long maxBytes, String reason) throws IOException {
        refuseForms();
        OptionalLong length = request.headers().contentLength();
        if (length.isPresent() && length.getAsLong() > maxBytes) {
            throw tooLarge(maxBytes, reason);
        }
        var body = new ByteArrayOutputStream();
        try (InputStream in = input()) {
            byte[] piece = in.readNBytes(PIECE_BYTES);
            while (piece.length > 0) {
                if (body.size() + piece.length > maxBytes) {
                    throw tooLarge(maxBytes, reason);
                }
                // Counted as it arrives: what slow clients only announce takes no memory.
                memory.add(piece.length);
                body.writeBytes(piece);
                piece = in.readNBytes(PIECE_BYTES);
            }
        }
        return withoutByteOrderMark(body.toByteArray());
    }

    /** Refuses a form as body: a body is JSON, and only {@link #input} accepts forms. */
    private void refuseForms() {
        boolean isForm =
                request.headers()
                        .first(HeaderNames.CONTENT_TYPE)
                        .filter(it -> it.toLowerCase(Locale.ROOT).startsWith("multipart/"))
                        .isPresent();
        if (isForm) {
            throw ApiError.of(
                    ErrorKind.UNSUPPORTED,
                    "unsupported_content_type",
                    "send JSON with the header Content-Type: application/json instead of a form");
        }
    }

    /**
     * Removes the byte order mark that some programs write before JSON, though JSON does not allow
     * it.
     */
    private static byte[] withoutByteOrderMark(byte[] body) {
        return JsonBytes.startsWithByteOrderMark(body)
                ? Arrays.copyOfRange(body, JsonBytes.BYTE_ORDER_MARK_BYTES, body.length)
                : body;
    }

    /**
     * Opens a body of JSON, as {@link #input} does.
     *
     * @throws ApiError if the request says that it is a form
     */
    public InputStream jsonInput() {
        refuseForms();
        return input();
    }

    /**
     * Returns a body that this request reads value by value, and whose bytes count as memory.
     *
     * @param body from {@link #jsonInput}
     * @throws ApiError if other requests leave too little memory
     */
    public HeldInput held(InputStream body) {
        return new HeldInput(body, memory);
    }

    /**
     * Opens the body without a size limit, and decompresses a body with a {@code Content-Encoding}.
     * A client that sends less than about 1 KiB/s is disconnected.
     *
     * @throws ApiError if the gateway does not know the coding
     */
    public InputStream input() {
        return new PatientInput(
                decoded(request.content().inputStream()),
                PATIENCE,
                () -> response.header(HeaderValues.CONNECTION_CLOSE));
    }

    private InputStream decoded(InputStream body) {
        List<String> named =
                request.headers().contains(HeaderNames.CONTENT_ENCODING)
                        ? ContentCoding.named(
                                request.headers().values(HeaderNames.CONTENT_ENCODING))
                        : List.of();
        if (named.isEmpty()) {
            return body;
        }
        ContentCoding coding =
                named.size() > 1 ? null : ContentCoding.of(named.getFirst()).orElse(null);
        if (coding == null) {
            response.header(HeaderNames.ACCEPT_ENCODING, ContentCoding.accepted());
            throw ApiError.of(
                    ErrorKind.UNSUPPORTED,
                    "unsupported_content_encoding",
                    "the Content-Encoding of a request must be one of "
                            + ContentCoding.accepted()
                            + "; send the body in one of them, or uncompressed");
        }
        memory.add(DecodedInput.MEMORY_BYTES);
        return new DecodedInput(body, coding, memory);
    }

    /** Returns the client's own id of the request; empty if the gateway has made one. */
    public Optional<String> clientRequestId() {
        return request.headers().first(REQUEST_ID).filter(requestId::equals);
    }

    /** Returns the trace context of the request; empty for none. */
    public Optional<String> traceparent() {
        return request.headers().first(TRACEPARENT);
    }

    /**
     * Returns the key with which the client can repeat the request; empty for none.
     *
     * @throws ApiError if the key is blank or too long
     */
    public Optional<String> idempotencyKey() {
        Optional<String> key = request.headers().first(IDEMPOTENCY_KEY);
        if (key.isPresent() && (key.get().isBlank() || key.get().length() > MAX_KEY_CHARS)) {
            throw ApiError.invalid(
                    IDEMPOTENCY_KEY.defaultCase(),
                    "the Idempotency-Key must have 1 to " + MAX_KEY_CHARS + " characters");
        }
        return key;
    }

    /**
     * Counts the request against the limits of its caller, and reports the remaining amounts to the
     * caller.
     *
     * @param model the model that the request names
     * @param tokens estimate of input and output
     * @throws ApiError if the caller may not name the model, or a limit is reached
     */
    public CallerLimits.Admission admit(String model, long tokens) {
        require(model);
        return admit(tokens);
    }

    /** Counts the request as {@link #admit(String, long)} does, whatever model it names. */
    public CallerLimits.Admission admit(long tokens) {
        try {
            return caller.limits().admit(tokens);
        } finally {
            caller.limits().headers(style).forEach(response::header);
        }
    }

    /**
     * Checks that the caller may name a model.
     *
     * @throws ApiError if the caller may not
     */
    public void require(String model) {
        if (!caller.limits().permits(model)) {
            throw ApiError.of(
                    ErrorKind.FORBIDDEN,
                    "model_not_allowed",
                    "the key \"%s\" does not permit the model \"%s\""
                            .formatted(caller.name(), model));
        }
    }

    private static ApiError tooLarge(long maxBytes, String reason) {
        return ApiError.of(
                ErrorKind.TOO_LARGE,
                "request_too_large",
                "the request is larger than %,d bytes (%s)".formatted(maxBytes, reason));
    }

    /** Sends JSON with status 200. */
    public void sendJson(byte[] json) {
        sendJson(Status.OK_200.code(), json);
    }

    public void sendJson(int status, byte[] json) {
        send(status, JSON, json);
    }

    private void send(int status, String contentType, byte[] bytes) {
        secure(response.status(Status.create(status)))
                .header(HeaderNames.CONTENT_TYPE, contentType);
        sendBody(request, response, bytes);
    }

    /** Sends a body; in answer to HEAD, only its length. */
    static void sendBody(ServerRequest request, ServerResponse response, byte[] bytes) {
        if (isHead(request)) {
            response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(bytes.length)).send();
        } else {
            response.send(bytes);
        }
    }

    /** Returns true if only the headers of the answer are wanted. */
    private static boolean isHead(ServerRequest request) {
        return request.prologue().method().equals(Method.HEAD);
    }

    /**
     * Sends the answer to a body that broke off, and ends the connection.
     *
     * @throws CloseConnectionException always
     */
    public void sendLast(String contentType, byte[] bytes) {
        response.header(HeaderValues.CONNECTION_CLOSE);
        send(Status.OK_200.code(), contentType, bytes);
        throw new CloseConnectionException("the body broke off");
    }

    /**
     * Opens an answer that is sent while it is written. In answer to HEAD, its bytes are only
     * counted. HTTP/1.0 has no chunks: the end of the connection ends the answer.
     */
    public OutputStream open(String contentType) {
        if (ClientConnection.isOfOldClient()
                && !response.headers().contains(HeaderNames.CONTENT_LENGTH)
                && !isHead(request)) {
            response.header(UnknownLength.HEADER);
        }
        secure(response).header(HeaderNames.CONTENT_TYPE, contentType);
        return isHead(request) ? new CountedAnswer(response) : response.outputStream();
    }

    /** Counts the bytes of an answer to HEAD, and sends their number when it is closed. */
    private static final class CountedAnswer extends OutputStream {
        private final ServerResponse response;
        private long bytes;

        CountedAnswer(ServerResponse response) {
            this.response = response;
        }

        @Override
        public void write(int value) {
            bytes++;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) {
            bytes += length;
        }

        @Override
        public void close() {
            if (!response.isSent()) {
                response.header(HeaderNames.CONTENT_LENGTH, Long.toString(bytes)).send();
            }
        }
    }

    /**
     * Sends the headers of an answer, if the request asks for no more.
     *
     * @param bytes length of the body; 0 for a stream of events, which has no end
     * @return true if the request is HEAD and answered
     */
    public boolean answersHead(String contentType, long bytes) {
        if (isHead(request)) {
            secure(response)
                    .header(HeaderNames.CONTENT_TYPE, contentType)
                    .header(HeaderNames.CONTENT_LENGTH, Long.toString(bytes))
                    .send();
            return true;
        }
        return false;
    }

    /** Keeps browsers and proxies from storing or reinterpreting an answer. */
    static ServerResponse secure(ServerResponse response) {
        return response.header(HeaderNames.CACHE_CONTROL, "no-store")
                .header("X-Content-Type-Options", "nosniff");
    }
}
