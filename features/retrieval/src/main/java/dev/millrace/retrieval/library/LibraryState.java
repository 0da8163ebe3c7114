package dev.millrace.retrieval.library;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.index.SourcePosition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The content of a folder of indexes. Written after the commits of the indexes, so that every index
 * is at this position or after it.
 *
 * @param position up to where all indexes have read the topic of documents
 * @param folders folder of the index of each collection
 */
record LibraryState(SourcePosition position, Map<CollectionId, String> folders) {
    private static final String FILE = "library.json";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    LibraryState {
        folders = Map.copyOf(folders);
    }

    /** Reads the state of a folder; empty if there is none that can be read. */
    static Optional<LibraryState> read(Path folder) throws IOException {
        try {
            return Optional.of(parse(MAPPER.readTree(Files.readAllBytes(folder.resolve(FILE)))));
        } catch (NoSuchFileException | JacksonException | IllegalArgumentException _) {
            // The indexes can be made again.
            return Optional.empty();
        }
    }

    private static LibraryState parse(JsonNode json) {
        var offsets = new HashMap<Integer, Long>();
        json.path("offsets")
                .properties()
                .forEach(it -> offsets.put(Integer.valueOf(it.getKey()), it.getValue().asLong()));
        var folders = new LinkedHashMap<CollectionId, String>();
        for (JsonNode it : json.path("collections")) {
            folders.put(
                    new CollectionId(
                            it.path("tenant").asString(""), it.path("collection").asString("")),
                    it.path("folder").asString(""));
        }
        return new LibraryState(
                new SourcePosition(
                        json.path("source").asString(""),
                        offsets,
                        Instant.ofEpochMilli(json.path("read_at").asLong(0))),
                folders);
    }

    /** Replaces the state of a folder. */
    void write(Path folder) throws IOException {
        Path temporary = folder.resolve(FILE + ".new");
        Files.write(temporary, json());
        Files.move(temporary, folder.resolve(FILE), ATOMIC_MOVE, REPLACE_EXISTING);
    }

    /** Deletes the state of a folder, so that its indexes are not used again. */
    static void delete(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(FILE));
    }

    private byte[] json() {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("source", position.source());
            json.writeNumberProperty("read_at", position.readAt().toEpochMilli());
            json.writeObjectPropertyStart("offsets");
            position.offsets()
                    .forEach((key, value) -> json.writeNumberProperty(key.toString(), value));
            json.writeEndObject();
            json.writeArrayPropertyStart("collections");
            folders.forEach(
                    (id, folder) -> {
                        json.writeStartObject();
                        json.writeStringProperty("tenant", id.tenant());
                        json.writeStringProperty("collection", id.name());
                        json.writeStringProperty("folder", folder);
                        json.writeEndObject();
                    });
            json.writeEndArray();
            json.writeEndObject();
        }
        return out.toByteArray();
    }
}
