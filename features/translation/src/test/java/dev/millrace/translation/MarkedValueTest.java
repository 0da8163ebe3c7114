package dev.millrace.translation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.wire.json.JsonTree;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts a marked value at every place of every request of the tables' cases. Checks that the mark is
 * in the translated body, or that the field is refused or named.
 */
class MarkedValueTest {
    private static final String MARK = "MARK";

    private static final List<JsonNode> MARKED =
            List.of(
                    json("\"MARK\""),
                    json("[\"MARK\"]"),
                    json("{\"MARK\":1}"),
                    json("{\"type\":\"MARK\"}"),
                    json("[{\"type\":\"text\",\"text\":\"MARK\"}]"));

    /** The model is replaced; the other fields have no effect, as their rows state. */
    private static final Set<String> WITHOUT_EFFECT =
            Set.of(
                    ".model",
                    ".stream_options.include_usage",
                    ".stream_options.include_obfuscation",
                    ".messages[].name",
                    ".response_format.json_schema.strict",
                    ".tools[].eager_input_streaming");

    private final Set<String> lost = new TreeSet<>();

    private static JsonNode json(String text) {
        return JsonTree.parse(text).orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(names = {"CHAT_REQUEST", "MESSAGES_REQUEST"})
    void isNeverLostInSilence(FieldCases cases) {
        cases.cases().forEach(it -> mark(cases, it.body(), it.body(), ""));

        assertThat(lost).isSubsetOf(WITHOUT_EFFECT);
    }

    private void mark(FieldCases cases, ObjectNode body, JsonNode at, String path) {
        switch (at) {
            case ObjectNode object -> markFields(cases, body, object, path);
            case ArrayNode array -> markItems(cases, body, array, path + "[]");
            default -> {}
        }
    }

    private void markFields(FieldCases cases, ObjectNode body, ObjectNode object, String path) {
        for (String key : List.copyOf(object.propertyNames())) {
            JsonNode value = object.get(key);
            for (JsonNode marked : MARKED) {
                object.set(key, marked);
                check(cases, body, path + "." + key);
            }
            object.set(key, value);
            mark(cases, body, value, path + "." + key);
        }
        object.put("unknown", MARK);
        check(cases, body, path + ".unknown");
        object.remove("unknown");
    }

    private void markItems(FieldCases cases, ObjectNode body, ArrayNode array, String path) {
        for (int i = 0; i < array.size(); i++) {
            JsonNode value = array.get(i);
            for (JsonNode marked : MARKED) {
                array.set(i, marked);
                check(cases, body, path);
            }
            array.set(i, value);
            mark(cases, body, value, path);
        }
    }

    private void check(FieldCases cases, ObjectNode body, String path) {
        FieldCases.Outcome outcome = cases.translate(body);
        boolean isNamed = !outcome.refused().isEmpty() || !outcome.omitted().isEmpty();
        if (!isNamed && !outcome.body().toString().contains(MARK)) {
            lost.add(path);
        }
    }
}
