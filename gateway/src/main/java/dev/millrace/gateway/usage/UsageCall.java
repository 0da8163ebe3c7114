package dev.millrace.gateway.usage;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.ContentCoding;
import dev.millrace.gateway.http.Exchange;
import io.helidon.http.HeaderNames;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JsonGenerator;

/** One request with its answer. */
record UsageCall(Exchange exchange, Parameters parameters) {
    private static final int BUFFER_BYTES = 64 << 10;

    Caller caller() {
        return exchange.caller();
    }

    /** Returns the values of the path's variable segments. */
    List<String> path() {
        return exchange.path();
    }

    /**
     * Returns the tenant that the request is about: the parameter {@code tenant}, or else the only
     * tenant that the caller may read; empty for all tenants.
     *
     * @throws dev.millrace.gateway.http.ApiError when the caller may not read the tenant's data
     */
    Optional<String> tenant() {
        Optional<String> requested = parameters.text("tenant");
        Optional<String> readable = caller().readable();
        if (readable.isEmpty()) {
            return requested;
        }
        if (requested.isPresent() && !requested.equals(readable)) {
            throw UsageErrors.forbidden("this key reads only the data of tenant " + readable.get())
                    .param("tenant");
        }
        return readable;
    }

    /** Returns true if the caller may read the data of a tenant. */
    boolean mayRead(String owner) {
        return caller().readable().filter(it -> !it.equals(owner)).isEmpty();
    }

    void sendObject(Consumer<JsonGenerator> properties) {
        exchange.sendJson(object(properties));
    }

    void sendJson(byte[] json) {
        exchange.sendJson(json);
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
        var response = exchange.response();
        response.header(HeaderNames.VARY, "Accept-Encoding");
        boolean isCompressed = acceptsGzip();
        if (isCompressed) {
            response.header(HeaderNames.CONTENT_ENCODING, "gzip");
        }
        var out = new BufferedOutputStream(exchange.open("application/jsonl"), BUFFER_BYTES);
        return isCompressed ? new GZIPOutputStream(out) : out;
    }

    private boolean acceptsGzip() {
        return exchange.request()
                .headers()
                .first(HeaderNames.ACCEPT_ENCODING)
                .filter(ContentCoding.GZIP::isAccepted)
                .isPresent();
    }
}
