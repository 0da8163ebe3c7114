package dev.millrace.wire.stream;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.wire.json.JsonTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A stream that differs from the references, as streams of real servers do, and the expected body:
 * the files of the folder {@code stream/odd}. Where a comment fits, the first line of a stream
 * names the source of its oddity. The first word of a file's name is the API.
 */
record OddStream(Path file) {
    static Stream<OddStream> all() {
        try (var files = Files.list(folder())) {
            return files.filter(it -> it.toString().endsWith(".sse")).sorted().toList().stream()
                    .map(OddStream::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        try {
            var url = Objects.requireNonNull(OddStream.class.getResource("/stream/odd"));
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    String name() {
        return file.getFileName().toString().replace(".sse", "");
    }

    Endpoint endpoint() {
        String api = name().substring(0, name().indexOf('-'));
        return api.equals("chat")
                ? Endpoint.CHAT_COMPLETIONS
                : Endpoints.known().of("/v1/" + api).orElseThrow();
    }

    /** Returns the answer that was asked for: one choice, unless the name says choices. */
    ExpectedAnswer expected() {
        return new ExpectedAnswer(endpoint(), !name().contains("choices"));
    }

    byte[] bytes() {
        return read(file);
    }

    JsonNode body() {
        return JsonTree.parse(read(file.resolveSibling(name() + ".json"))).orElseThrow();
    }

    private static byte[] read(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    AssembledAnswer assemble(byte[] stream, int pieceBytes) {
        return assemble(expected(), stream, pieceBytes, _ -> {});
    }

    static AssembledAnswer assemble(
            ExpectedAnswer expected, byte[] stream, int pieceBytes, StreamListener listener) {
        var answer =
                new StreamedAnswer(expected, new StreamLimits(64_000, 64_000, 64_000), listener);
        for (int start = 0; start < stream.length; start += pieceBytes) {
            answer.accept(stream, start, Math.min(pieceBytes, stream.length - start));
        }
        return answer.finish();
    }

    @Override
    public String toString() {
        return name();
    }
}
