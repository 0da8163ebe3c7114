package dev.millrace.standalone.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.fixtures.FormatFixture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Tests that clients of version 0.1 can use the usage API of this version. */
class ApiFormatTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode before() throws IOException {
        return JSON.readTree(Files.readString(FormatFixture.path("openapi.json")));
    }

    private static JsonNode now() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        ApiFormatTest.class.getResourceAsStream(
                                "/dev/millrace/sink/api/openapi.json"))) {
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

    private static List<String> required(JsonNode operation) {
        var names = new ArrayList<String>();
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.path("required").asBoolean(false)) {
                names.add(parameter.path("name").asString());
            }
        }
        return names;
    }

    /** Adds the paths of values that are missing or differ; texts for people may change. */
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

    /** Returns the element with the same name, or the same element; else a missing node. */
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
