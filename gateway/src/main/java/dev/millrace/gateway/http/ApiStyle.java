package dev.millrace.gateway.http;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.json.JsonBytes;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/** The API of the client that sends a request, which determines the form of errors. */
public enum ApiStyle {
    OPENAI,
    ANTHROPIC;

    /** Returns the style of requests for a path below {@code /v1/}. */
    public static ApiStyle of(String path, boolean hasAnthropicVersion) {
        return hasAnthropicVersion
                ? ANTHROPIC
                : Endpoints.known().all().stream()
                        .filter(it -> isBelow(path, it))
                        .findFirst()
                        .map(ApiStyle::of)
                        .orElse(OPENAI);
    }

    private static boolean isBelow(String path, Endpoint endpoint) {
        return (GatewayApi.PATH + "/" + path + "/").startsWith(endpoint.url() + "/");
    }

    /** Returns the style of an endpoint's own clients. */
    public static ApiStyle of(Endpoint endpoint) {
        return switch (endpoint.wire().clients()) {
            case OPENAI -> OPENAI;
            case ANTHROPIC -> ANTHROPIC;
        };
    }

    /** Returns an error as the body of an answer: JSON in UTF-8. */
    public byte[] body(ApiError error, String requestId) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            switch (this) {
                case OPENAI -> openAi(json, error);
                case ANTHROPIC -> anthropic(json, error, requestId);
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void openAi(JsonGenerator json, ApiError error) {
        json.writeObjectPropertyStart("error");
        json.writeStringProperty("message", error.text());
        json.writeStringProperty("type", error.kind().openAiType());
        json.writeStringProperty("param", error.param());
        json.writeStringProperty("code", error.code());
        if (error.linesJson() != null) {
            json.writeName("lines");
            json.writeRawValue(error.linesJson());
        }
        json.writeEndObject();
    }

    private static void anthropic(JsonGenerator json, ApiError error, String requestId) {
        json.writeStringProperty("type", "error");
        json.writeObjectPropertyStart("error");
        json.writeStringProperty("type", error.kind().anthropicType());
        json.writeStringProperty("message", error.text());
        json.writeEndObject();
        json.writeStringProperty("request_id", requestId);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
