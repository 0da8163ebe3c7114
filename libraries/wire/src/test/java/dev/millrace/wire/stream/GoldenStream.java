package dev.millrace.wire.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.wire.json.JsonTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A stream as the references describe it, and the expected body. */
enum GoldenStream {
    CHAT_TEXT("chat-text", Endpoint.CHAT_COMPLETIONS),
    CHAT_TOOLS("chat-tools", Endpoint.CHAT_COMPLETIONS),
    CHAT_CHOICES("chat-choices", Endpoint.CHAT_COMPLETIONS),
    CHAT_REFUSAL("chat-refusal", Endpoint.CHAT_COMPLETIONS),
    CHAT_REASONING("chat-reasoning", Endpoint.CHAT_COMPLETIONS),
    CHAT_MISTRAL("chat-mistral", Endpoint.CHAT_COMPLETIONS),
    CHAT_AZURE("chat-azure", Endpoint.CHAT_COMPLETIONS),
    COMPLETIONS("completions", Endpoint.COMPLETIONS),
    RESPONSES("responses", Endpoint.RESPONSES),
    MESSAGES_TEXT("messages-text", Endpoint.MESSAGES),
    MESSAGES_TOOLS("messages-tools", Endpoint.MESSAGES),
    MESSAGES_REFUSAL("messages-refusal", Endpoint.MESSAGES);

    private final String file;
    private final String url;

    GoldenStream(String file, Endpoint endpoint) {
        this.file = file;
        url = endpoint.url();
    }

    static Stream<GoldenStream> all() {
        return Stream.of(values());
    }

    Endpoint endpoint() {
        return Endpoints.known().of(url).orElseThrow();
    }

    /** Returns the stream with LF as its line end. */
    String text() {
        return new String(resource(file + ".sse"), UTF_8);
    }

    byte[] bytes() {
        return text().getBytes(UTF_8);
    }

    JsonNode body() {
        return JsonTree.parse(resource(file + ".json")).orElseThrow();
    }

    StreamedAnswer start() {
        return new StreamedAnswer(
                new ExpectedAnswer(endpoint(), this != CHAT_CHOICES),
                new StreamLimits(64_000, 64_000, 64_000));
    }

    AssembledAnswer assemble(byte[] stream) {
        var answer = start();
        answer.accept(stream, 0, stream.length);
        return answer.finish();
    }

    private static byte[] resource(String name) {
        try (var in = GoldenStream.class.getResourceAsStream("/stream/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
