package dev.millrace.configuration.loading;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.Wire;
import dev.millrace.yaml.binding.Keys;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Checks the JSON Schema for editors. */
class SchemaTest {
    private static final String TEXT =
            Resources.file(Path.of("..", "..", "docs", "millrace.schema.json"));
    private static final JsonNode TREE = new JsonMapper().readTree(TEXT);

    private final Schema schema =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(TEXT);

    @Nested
    class AgainstTheLoader {
        @Test
        void hasTheSameKeys() {
            assertThat(keys()).isEqualTo(Keys.of(MillraceKeys.class, MillraceKeys.conversions()));
        }

        @Test
        void hasTheSameUrlsAndWires() {
            List<String> urls =
                    Endpoints.SHIPPED.all().stream().map(Endpoint::url).sorted().toList();
            List<String> wires =
                    Endpoints.SHIPPED.wires().stream().map(Wire::name).sorted().toList();

            assertThat(choices(urls.getFirst())).isNotEmpty().allMatch(urls::equals);
            assertThat(choices(wires.getFirst())).isNotEmpty().allMatch(wires::equals);
        }

        /** Returns the sorted values of each choice that has a value. */
        private static List<List<String>> choices(String value) {
            return TREE.findValues("enum").stream()
                    .map(it -> it.valueStream().map(JsonNode::asString).sorted().toList())
                    .filter(it -> it.contains(value))
                    .toList();
        }

        @Test
        void explainsEveryKey() {
            assertThat(unexplained(TREE)).isEmpty();
        }

        @Test
        void hasTheSameGlobalDefaults() {
            var loaded =
                    new ConfigLoader(Map.of())
                            .parse(ConfigLoader.NO_FILE, defaults(TREE).toString());

            assertThat(loaded).isEqualTo(ConfigLoader.defaults());
        }

        @Test
        void hasTheSameDefaultsInEveryEntry() {
            for (var section : List.of("models", "tenants", "batches")) {
                var given =
                        defaults(
                                TREE.path("properties").path(section).path("additionalProperties"));
                assertThat(given.isEmpty()).isFalse();
                assertThat(load(section, given))
                        .isEqualTo(load(section, JsonNodeFactory.instance.objectNode()));
            }
        }

        /** Returns a minimal entry with the given keys added. */
        private static MillraceConfig load(String section, ObjectNode added) {
            var entry = added.deepCopy();
            if (section.equals("models")) {
                entry.put("provider", "p").putObject("price").put("input", 1).put("output", 2);
            } else if (section.equals("tenants")) {
                entry.withObjectProperty("budget").put("limit_usd", 1);
            }
            var root = JsonNodeFactory.instance.objectNode();
            root.putObject("providers")
                    .putObject("p")
                    .put("wire", "openai")
                    .put("base_url", "https://h");
            root.putObject(section).set("mine", entry);
            return new ConfigLoader(Map.of()).parse(ConfigLoader.NO_FILE, root.toString());
        }
    }

    @Nested
    class AgainstFiles {
        @Test
        void acceptsTheReferenceFile() {
            assertThat(errors(Resources.text("/millrace-reference.yaml"))).isEmpty();
        }

        @Test
        void acceptsTheDefaultFile() {
            assertThat(errors(Resources.text("/dev/millrace/configuration/millrace-default.yaml")))
                    .isEmpty();
        }

        @Test
        void rejectsAnUnknownKey() {
            assertThat(errors("worker: { max_inflight: 7 }")).hasSize(1);
        }

        @Test
        void rejectsWrongTypes() {
            assertThat(errors("worker: { commit_interval: 10 }")).isNotEmpty();
            assertThat(errors("topics: { partitions: many }")).isNotEmpty();
            assertThat(errors("models: { m: { tier: best } }")).isNotEmpty();
            assertThat(errors("topics: { max_request_bytes: 16MB }")).isNotEmpty();
        }

        @Test
        void acceptsACommandAsAKey() {
            String provider = "providers: { p: { wire: openai, base_url: \"https://h\", %s } }";

            assertThat(errors(provider.formatted("api_key: { command: [ a, b ], refresh: 5m }")))
                    .isEmpty();
            assertThat(errors(provider.formatted("keys: [ k, { command: [ a ] } ]"))).isEmpty();
            assertThat(errors(provider.formatted("api_key: { command: a }"))).isNotEmpty();
            assertThat(errors(provider.formatted("api_key: { refresh: 5m }"))).isNotEmpty();
        }

        @Test
        void acceptsReferences() {
            assertThat(errors("topics: { partitions: \"${N:-4}\" }")).isEmpty();
        }

        private List<Error> errors(String yaml) {
            return schema.validate(yaml, InputFormat.YAML);
        }
    }

    /** Returns the keys without a description. */
    private static Stream<String> unexplained(JsonNode schema) {
        Stream<String> here =
                schema.path("properties").properties().stream()
                        .filter(it -> it.getValue().path("description").asString("").isBlank())
                        .map(Map.Entry::getKey);
        return Stream.concat(
                here, schema.properties().stream().flatMap(it -> unexplained(it.getValue())));
    }

    /** Returns every key path of the schema in the notation of {@link Keys}. */
    static SortedSet<String> keys() {
        var keys = new TreeSet<String>();
        collect(TREE, "", keys);
        return keys;
    }

    private static void collect(JsonNode schema, String path, SortedSet<String> keys) {
        var prefix = path.isEmpty() ? "" : path + ".";
        schema.path("properties")
                .properties()
                .forEach(
                        property -> {
                            keys.add(prefix + property.getKey());
                            collect(property.getValue(), prefix + property.getKey(), keys);
                        });
        var entries = schema.path("additionalProperties");
        if (entries.has("$ref")) {
            keys.add(path + ".*");
        } else if (entries.isObject()) {
            collect(entries, path + ".*", keys);
        }
        if (schema.path("items").has("properties")) {
            collect(schema.path("items"), path + "[]", keys);
        }
    }

    /** Returns a file that sets every key to its default. */
    private static ObjectNode defaults(JsonNode schema) {
        var defaults = JsonNodeFactory.instance.objectNode();
        schema.path("properties")
                .properties()
                .forEach(
                        property -> {
                            var key = property.getValue();
                            var below = defaults(key);
                            if (key.has("default")) {
                                defaults.set(property.getKey(), key.get("default"));
                            } else if (!below.isEmpty()) {
                                defaults.set(property.getKey(), below);
                            }
                        });
        return defaults;
    }
}
