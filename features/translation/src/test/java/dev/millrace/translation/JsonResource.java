package dev.millrace.translation;

import dev.millrace.wire.json.JsonTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** A JSON file of the test resources. */
final class JsonResource {
    private JsonResource() {}

    static JsonNode read(String path) {
        try (var in = JsonResource.class.getResourceAsStream(path)) {
            return JsonTree.parse(Objects.requireNonNull(in, path).readAllBytes()).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
