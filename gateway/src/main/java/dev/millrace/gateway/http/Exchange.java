package dev.millrace.gateway.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
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
    /** The header with which clients repeat a request. */
    public static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");

    private static final String JSON = "application/json";

    private static final int PIECE_BYTES = 64 << 10;

    /** Time for each part of a body; see {@link PatientInput}. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

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
     * @param reason where the maximum comes from
     * @throws ApiError if it is larger than allowed
     */
    public byte[] body(long maxBytes, String reason) throws IOException {
        return maxBytes < maxBodyBytes ? read(maxBytes, reason) : body();
    }

    private byte[] read(long maxBytes, String reason) throws IOException {
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
        return body.toByteArray();
    }

    /**
     * Opens the body, whose size is not limited. A client that sends less than about 1 KiB/s is
     * disconnected.
     */
    public InputStream input() {
        return new PatientInput(
                request.content().inputStream(),
                PATIENCE,
                () -> response.header(HeaderValues.CONNECTION_CLOSE));
    }

    /**
     * Refuses an {@code Idempotency-Key} on a route that does not recognize repeated requests: its
     * sender would rely on it.
     *
     * @param instead what to do instead
     * @throws ApiError if the request has the header
     */
    public void refuseIdempotencyKey(String instead) {
        if (request.headers().contains(IDEMPOTENCY_KEY)) {
            throw ApiError.invalid(
                    IDEMPOTENCY_KEY.defaultCase(),
                    "this path has no Idempotency-Key; leave it out, and " + instead);
        }
    }

    /**
     * Counts the request against the limits of its caller, and tells the caller how much remains.
     *
     * @param model the model that the request names
     * @param tokens estimate of input and output
     * @throws ApiError if the caller may not name the model, or a limit is reached
     */
    public CallerLimits.Admission admit(String model, long tokens) {
        require(model);
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

    /** Sends JSON with a status. */
    public void sendJson(int status, byte[] json) {
        send(status, JSON, json);
    }

    private void send(int status, String contentType, byte[] bytes) {
        secure(response.status(Status.create(status)))
                .header(HeaderNames.CONTENT_TYPE, contentType)
                .send(bytes);
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

    /** Opens an answer that is sent while it is written. */
    public OutputStream open(String contentType) {
        return secure(response).header(HeaderNames.CONTENT_TYPE, contentType).outputStream();
    }

    /** Keeps browsers and proxies from storing or reinterpreting an answer. */
    static ServerResponse secure(ServerResponse response) {
        return response.header(HeaderNames.CACHE_CONTROL, "no-store")
                .header("X-Content-Type-Options", "nosniff");
    }
}
