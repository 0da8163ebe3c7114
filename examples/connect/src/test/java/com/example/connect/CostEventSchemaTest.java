package com.example.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares the schema for Connect's JSON converter with the JSON Schema of a cost event. */
class CostEventSchemaTest {
    private static final Map<String, String> TYPES =
            Map.of(
                    "string", "string",
                    "boolean", "boolean",
                    "integer", "int64",
                    "number", "bytes",
                    "object", "struct");

    private static JsonNode read(String path) {
        return JsonMapper.shared().readTree(Path.of(path));
    }

    private static Set<String> fieldsOfConnect(JsonNode struct) {
        return struct.get("fields")
                .valueStream()
                .map(
                        it ->
                                "%s %s %s"
                                        .formatted(
                                                it.get("field").asString(),
                                                it.get("type").asString(),
                                                it.path("optional").asBoolean(false)))
                .collect(Collectors.toSet());
    }

    private static Set<String> fieldsOfJson(JsonNode object) {
        List<String> required =
                object.get("required").valueStream().map(JsonNode::asString).toList();
        return object.get("properties")
                .propertyStream()
                .filter(it -> !it.getKey().equals("tool_calls"))
                .map(
                        it -> {
                            JsonNode type = it.getValue().get("type");
                            List<String> types =
                                    type.isArray()
                                            ? type.valueStream().map(JsonNode::asString).toList()
                                            : List.of(type.asString());
                            boolean optional =
                                    types.contains("null") || !required.contains(it.getKey());
                            return "%s %s %s"
                                    .formatted(it.getKey(), TYPES.get(types.getFirst()), optional);
                        })
                .collect(Collectors.toSet());
    }

    @Test
    void eachKeyButTheCallsOfToolsIsAColumn() {
        JsonNode connect = read("cost-event.connect.json");
        JsonNode schema = read("../../docs/schemas/cost-event.schema.json");

        assertThat(fieldsOfConnect(connect)).isEqualTo(fieldsOfJson(schema));
        JsonNode end =
                connect.get("fields")
                        .valueStream()
                        .filter(it -> it.get("field").asString().equals("end"))
                        .findFirst()
                        .orElseThrow();
        assertThat(fieldsOfConnect(end))
                .isEqualTo(fieldsOfJson(schema.get("properties").get("end")));
    }
}
