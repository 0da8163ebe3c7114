package dev.millrace.standalone.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.millrace.yaml.document.Interpolation;
import dev.millrace.yaml.document.Node;
import dev.millrace.yaml.document.YamlDocument;
import dev.millrace.yaml.problem.Problems;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A rendered object of Kubernetes.
 *
 * @param text its YAML
 */
record Manifest(JsonObject json, String text) {

    /** Reads what Helm prints. */
    static List<Manifest> all(String rendered) {
        List<Manifest> manifests = new ArrayList<>();
        for (String text : rendered.split("(?m)^---$", -1)) {
            if (!text.lines().allMatch(line -> line.isBlank() || line.startsWith("#"))) {
                manifests.add(new Manifest(read(text).getAsJsonObject(), text));
            }
        }
        return manifests;
    }

    private static JsonElement read(String text) {
        var problems = new Problems("rendered");
        // References are plain text here.
        Node.Mapping document =
                YamlDocument.read(text.replace("${", "$${"), new Interpolation(Map.of()), problems)
                        .orElseThrow();
        if (!problems.isEmpty()) {
            throw new AssertionError(problems.inOrder() + " in\n" + text);
        }
        return toJson(document);
    }

    private static JsonElement toJson(Node node) {
        return switch (node) {
            case Node.Mapping mapping -> {
                var object = new JsonObject();
                mapping.entries().forEach((key, it) -> object.add(key, toJson(it.value())));
                yield object;
            }
            case Node.Sequence sequence -> {
                var array = new JsonArray();
                sequence.items().forEach(it -> array.add(toJson(it)));
                yield array;
            }
            case Node.Scalar scalar ->
                    switch (scalar.type()) {
                        case TEXT -> new JsonPrimitive(scalar.text());
                        case NUMBER -> new JsonPrimitive(new BigDecimal(scalar.text()));
                        case BOOLEAN -> new JsonPrimitive(Boolean.valueOf(scalar.text()));
                        case NOTHING -> JsonNull.INSTANCE;
                    };
        };
    }

    String kind() {
        return string("kind");
    }

    String name() {
        return string("metadata.name");
    }

    /** Returns the element at a path of keys with dots between them; JSON null if it is missing. */
    JsonElement at(String path) {
        return at(json, path);
    }

    static JsonElement at(JsonElement from, String path) {
        JsonElement element = from;
        for (String key : path.split("\\.", -1)) {
            JsonElement next = element.isJsonObject() ? element.getAsJsonObject().get(key) : null;
            element = next == null ? JsonNull.INSTANCE : next;
        }
        return element;
    }

    String string(String path) {
        return at(path).getAsString();
    }

    /** Returns the items of the list at a path; none if it is missing. */
    Stream<JsonElement> list(String path) {
        return list(json, path);
    }

    static Stream<JsonElement> list(JsonElement from, String path) {
        JsonElement element = at(from, path);
        return element.isJsonNull()
                ? Stream.empty()
                : StreamSupport.stream(element.getAsJsonArray().spliterator(), false);
    }

    /** Returns true if the object makes pods. */
    boolean hasPods() {
        return at("spec.template.spec").isJsonObject();
    }

    Stream<JsonElement> containers() {
        return list("spec.template.spec.containers");
    }

    static Manifest find(List<Manifest> manifests, String kind, String name) {
        return manifests.stream()
                .filter(it -> it.kind().equals(kind) && it.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
    }

    static List<Manifest> ofKind(List<Manifest> manifests, String kind) {
        return manifests.stream().filter(it -> it.kind().equals(kind)).toList();
    }

    @Override
    public String toString() {
        return kind() + "/" + name();
    }
}
