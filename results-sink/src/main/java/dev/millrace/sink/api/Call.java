package dev.millrace.sink.api;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.sink.live.LimitedWrites;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JsonGenerator;

/**
 * One request with its answer.
 *
 * @param path values of the path's variable segments
 */
record Call(
        Caller caller,
        List<String> path,
        Parameters parameters,
        ServerRequest request,
        ServerResponse response) {
    private static final String JSON = "application/json";
    private static final String EVENTS = "text/event-stream";

    /** Sends a JSON object. */
    void sendObject(Consumer<JsonGenerator> properties) {
        sendJson(object(properties));
    }

    /** Sends JSON. */
    void sendJson(byte[] json) {
        send(request, response, Status.OK_200, json);
    }

    /** Sends a JSON object as the answer with a status; in answer to HEAD, only its headers. */
    static void send(ServerRequest request, ServerResponse response, Status status, byte[] json) {
        secure(response.status(status)).header(HeaderNames.CONTENT_TYPE, JSON);
        if (isHead(request)) {
            response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(json.length)).send();
        } else {
            response.send(json);
        }
    }

    private static boolean isHead(ServerRequest request) {
        return request.prologue().method().equals(Method.HEAD);
    }

    /** Opens an answer that is written in pieces. In answer to HEAD, its bytes are only counted. */
    private OutputStream open() {
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

    /** Returns a JSON object in UTF-8. */
    static byte[] object(Consumer<JsonGenerator> properties) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            properties.accept(json);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /**
     * Sends lines of JSON while they are written, compressed if the caller accepts gzip. A receiver
     * below the least rate of {@link LimitedWrites} is disconnected.
     *
     * @param timer interrupts writes
     */
    OutputStream openLines(ScheduledExecutorService timer) throws IOException {
        boolean compressed = acceptsGzip();
        secure(response)
                .header(HeaderNames.CONTENT_TYPE, "application/jsonl")
                .header(HeaderNames.VARY, "Accept-Encoding");
        if (compressed) {
            response.header(HeaderNames.CONTENT_ENCODING, "gzip");
        }
        OutputStream limited =
                new BufferedOutputStream(
                        new LimitedWrites(open(), timer), LimitedWrites.PIECE_BYTES);
        return compressed ? new GZIPOutputStream(limited) : limited;
    }

    /** Sends server-sent events while they are written. */
    OutputStream openEvents() {
        secure(response).header(HeaderNames.CONTENT_TYPE, EVENTS);
        return response.outputStream();
    }

    /** Sends the headers of server-sent events if the request asks for no more. */
    boolean answersHeadOfEvents() {
        if (isHead(request)) {
            secure(response).header(HeaderNames.CONTENT_TYPE, EVENTS).send();
            return true;
        }
        return false;
    }

    private boolean acceptsGzip() {
        return request.headers()
                .first(HeaderNames.ACCEPT_ENCODING)
                .map(it -> it.toLowerCase(Locale.ROOT).replace(" ", ""))
                .filter(it -> it.matches("(.*,)?gzip(;q=(1|1\\.0*|0\\.\\d*[1-9]\\d*))?(,.*)?"))
                .isPresent();
    }

    /** Keeps browsers from storing or reinterpreting the answer. */
    private static ServerResponse secure(ServerResponse response) {
        return response.header(HeaderNames.CACHE_CONTROL, "no-store")
                .header("X-Content-Type-Options", "nosniff");
    }
}
