package dev.millrace.contracts.batch;

import dev.millrace.contracts.json.JsonFields;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The source of a submission's lines, for people who look for a batch.
 *
 * @param file name of the file as the client gave it; only shown, never a path; empty for none
 * @param metadata the client's own keys and values
 * @param models models named by the lines; empty if unknown
 * @param apiKey id of the API key whose budget also pays for the lines; empty for none
 */
public record BatchOrigin(
        Optional<String> file,
        Map<String, String> metadata,
        Set<String> models,
        Optional<String> apiKey) {
    /** The origin of lines about which nothing is known. */
    public static final BatchOrigin UNKNOWN =
            new BatchOrigin(Optional.empty(), Map.of(), Set.of(), Optional.empty());

    /** Largest number of models that are listed; more count as unknown. */
    public static final int MAX_MODELS = 20;

    public BatchOrigin {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        models = models.size() > MAX_MODELS ? Set.of() : Set.copyOf(models);
    }

    /** Returns the origin of these lines and later ones. The first file and API key stay. */
    public BatchOrigin plus(BatchOrigin later) {
        var pairs = new LinkedHashMap<>(metadata);
        pairs.putAll(later.metadata);
        var names = new HashSet<>(models);
        names.addAll(later.models);
        return new BatchOrigin(
                file.or(() -> later.file), pairs, names, apiKey.or(() -> later.apiKey));
    }

    /** Writes the known fields to a JSON object. */
    public void writeTo(ObjectNode json) {
        file.ifPresent(it -> json.put("file", it));
        if (!metadata.isEmpty()) {
            metadata.forEach(json.putObject("metadata")::put);
        }
        if (!models.isEmpty()) {
            var names = json.putArray("models");
            models.stream().sorted().forEach(names::add);
        }
        apiKey.ifPresent(it -> json.put("api_key", it));
    }

    /** Reads the fields that {@link #writeTo} writes. */
    public static BatchOrigin read(JsonFields json) {
        var metadata = new LinkedHashMap<String, String>();
        for (var pair : json.node().path("metadata").properties()) {
            metadata.put(pair.getKey(), pair.getValue().asString(""));
        }
        var models = new HashSet<String>();
        for (JsonNode model : json.node().path("models")) {
            models.add(model.asString(""));
        }
        return new BatchOrigin(
                json.optionalText("file"), metadata, models, json.optionalText("api_key"));
    }
}
