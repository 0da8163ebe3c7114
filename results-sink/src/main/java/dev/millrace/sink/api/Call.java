package dev.millrace.sink.api;

import dev.millrace.contracts.json.JsonBytes;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
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

    /** Sends a JSON object. */
    void sendObject(Consumer<JsonGenerator> properties) {
        sendJson(object(properties));
    }

    /** Sends JSON. */
    void sendJson(byte[] json) {
        send(response, Status.OK_200, json);
    }

    /** Sends a JSON object as the answer with a status. */
    static void send(ServerResponse response, Status status, byte[] json) {
        secure(response.status(status)).header(HeaderNames.CONTENT_TYPE, JSON).send(json);
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

    /** Sends lines of JSON while they are written, compressed if the caller accepts gzip. */
    OutputStream openLines() throws IOException {
        boolean compressed = acceptsGzip();
        secure(response)
                .header(HeaderNames.CONTENT_TYPE, "application/jsonl")
                .header(HeaderNames.VARY, "Accept-Encoding");
        if (!compressed) {
            return response.outputStream();
        }
        response.header(HeaderNames.CONTENT_ENCODING, "gzip");
        return new GZIPOutputStream(response.outputStream());
    }

    /** Sends server-sent events while they are written. */
    OutputStream openEvents() {
        secure(response).header(HeaderNames.CONTENT_TYPE, "text/event-stream");
        return response.outputStream();
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
