package dev.millrace.standalone.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testclusters.FormatFixture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tests that clients of version 0.1 can use the usage API of this version. */
class ApiFormatTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Schema keys that restrict what a client may send. */
    private static final Set<String> CONSTRAINTS =
            Set.of(
                    "enum",
                    "const",
                    "maximum",
                    "exclusiveMaximum",
                    "minimum",
                    "exclusiveMinimum",
                    "multipleOf",
                    "pattern",
                    "format",
                    "maxLength",
                    "minLength",
                    "maxItems",
                    "minItems",
                    "maxProperties",
                    "minProperties",
                    "uniqueItems",
                    "additionalProperties",
                    "allOf",
                    "anyOf",
                    "oneOf",
                    "not",
                    "$ref");

    private static JsonNode before() throws IOException {
        return JSON.readTree(Files.readString(FormatFixture.path("openapi.json")));
    }

    private static JsonNode now() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        ApiFormatTest.class.getResourceAsStream(
                                "/dev/millrace/gateway/usage/openapi.json"))) {
            return JSON.readTree(in.readAllBytes());
        }
    }

    @Test
    void everythingInTheDescriptionOfVersion01IsInTheDescriptionOfThisVersion() throws Exception {
        var missing = new ArrayList<String>();
        compare("", before(), now(), missing);

        assertThat(missing).isEmpty();
    }

    @Test
    void noParameterIsRequiredThatVersion01DidNotRequire() throws Exception {
        var required = new ArrayList<String>();
        JsonNode now = now().path("paths");
        before().path("paths")
                .forEachEntry(
                        (path, item) ->
                                item.forEachEntry(
                                        (method, operation) -> {
                                            List<String> names = required(operation);
                                            required(now.path(path).path(method)).stream()
                                                    .filter(it -> !names.contains(it))
                                                    .forEach(it -> required.add(path + " " + it));
                                        }));

        assertThat(required).isEmpty();
    }

    @Test
    void noParameterOrBodyIsNarrowerThanInVersion01() throws Exception {
        assertThat(narrowed(before(), now())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    /paths/~1batches/get/parameters/0/schema | enum      | ["a"]
                    /paths/~1batches/get/parameters/0/schema | pattern   | "^a$"
                    /paths/~1batches/get/parameters/0/schema | maxLength | 8
                    /paths/~1batches~1{id}~1results/get/parameters/2/schema | maximum | 8
                    /paths/~1results~1{job_id}/get/parameters/0/schema | minLength | 8
                    /paths/~1batches/get/parameters/0 | required | true
                    /paths/~1batches~1{id}/get | requestBody | {"required": true}
                    /paths/~1batches~1{id}~1cancel/post/requestBody/content/application~1json/schema | maxProperties | 1
                    /paths/~1batches~1{id}~1cancel/post/requestBody/content/application~1json/schema | required | ["why"]
                    """)
    void newConstraintIsFound(String parent, String key, String value) throws Exception {
        JsonNode changed = before();
        ((ObjectNode) changed.at(parent)).set(key, JSON.readTree(value));

        assertThat(narrowed(before(), changed))
                .singleElement()
                .asString()
                .contains(key.equals("requestBody") ? "required" : key);
    }

    @Test
    void newOptionalParameterAndPropertyAreNoConstraints() throws Exception {
        JsonNode changed = before();
        ((ArrayNode) changed.at("/paths/~1batches/get/parameters"))
                .add(
                        JSON.readTree(
                                "{\"name\":\"new\",\"in\":\"query\",\"schema\":{\"maximum\":8}}"));
        ((ObjectNode)
                        changed.at(
                                "/paths/~1batches~1{id}~1cancel/post/requestBody/content/application~1json/schema"))
                .putObject("properties")
                .set("pattern", JSON.readTree("{\"type\":\"string\"}"));

        assertThat(narrowed(before(), changed)).isEmpty();
    }

    /** Returns the new constraints on the parameters and bodies that the old description has. */
    private static List<String> narrowed(JsonNode before, JsonNode now) {
        var narrowed = new ArrayList<String>();
        before.path("paths")
                .forEachEntry(
                        (path, item) ->
                                item.forEachEntry(
                                        (method, old) ->
                                                operation(
                                                        path,
                                                        old,
                                                        now.path("paths").path(path).path(method),
                                                        narrowed)));
        return narrowed;
    }

    private static void operation(String path, JsonNode old, JsonNode now, List<String> narrowed) {
        for (JsonNode parameter : old.path("parameters")) {
            constraints(
                    path + " " + parameter.path("name").asString(),
                    parameter,
                    find(now.path("parameters"), parameter),
                    narrowed);
        }
        constraints(
                path + " requestBody", old.path("requestBody"), now.path("requestBody"), narrowed);
    }

    private static void constraints(
            String path, JsonNode old, JsonNode now, List<String> narrowed) {
        if (!now.isObject()) {
            return;
        }
        now.forEachEntry(
                (name, value) -> {
                    String at = path + "/" + name;
                    if (name.equals("properties")) {
                        value.forEachEntry(
                                (property, schema) -> {
                                    if (old.path(name).has(property)) {
                                        constraints(
                                                at + "/" + property,
                                                old.path(name).path(property),
                                                schema,
                                                narrowed);
                                    }
                                });
                    } else if (isRequiredAnew(name, old.path(name), value)
                            || (CONSTRAINTS.contains(name) && !old.has(name))) {
                        narrowed.add(at + ": " + value);
                    } else if (old.has(name)) {
                        constraints(at, old.path(name), value, narrowed);
                    }
                });
    }

    /**
     * Compares {@code required}: a flag of parameters and bodies, names of properties in schemas.
     */
    private static boolean isRequiredAnew(String name, JsonNode old, JsonNode value) {
        if (!name.equals("required")) {
            return false;
        }
        if (!value.isArray()) {
            return value.asBoolean(false) && !old.asBoolean(false);
        }
        for (JsonNode each : value) {
            if (find(old, each).isMissingNode()) {
                return true;
            }
        }
        return false;
    }

    private static List<String> required(JsonNode operation) {
        var names = new ArrayList<String>();
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.path("required").asBoolean(false)) {
                names.add(parameter.path("name").asString());
            }
        }
        return names;
    }

    /** Adds the paths of values that are missing or differ; human-readable texts may change. */
    private static void compare(String path, JsonNode old, JsonNode now, List<String> missing) {
        if (old.isObject()) {
            old.forEachEntry(
                    (name, value) -> {
                        if (!isForPeople(name, value)) {
                            compare(path + "/" + name, value, now.path(name), missing);
                        }
                    });
        } else if (old.isArray()) {
            for (JsonNode value : old) {
                String name = value.path("name").asString("");
                compare(path + "[" + name + "]", value, find(now, value), missing);
            }
        } else if (!old.equals(now)) {
            missing.add(path + ": was " + old + ", is " + now);
        }
    }

    private static boolean isForPeople(String name, JsonNode value) {
        return value.isString() && (name.equals("description") || name.equals("summary"));
    }

    /**
     * Returns the element with an equal name, or else the equal element, or else a missing node.
     */
    private static JsonNode find(JsonNode array, JsonNode wanted) {
        for (JsonNode each : array) {
            if (wanted.has("name")
                    ? each.path("name").equals(wanted.path("name"))
                    : each.equals(wanted)) {
                return each;
            }
        }
        return JSON.missingNode();
    }
}
