package dev.millrace.standalone.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.millrace.testclusters.schema.ShippedSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SchemaFilesTest {
    private static final Path FOLDER = Path.of("..", "docs", "schemas");
    private static final String DIALECT = SpecificationVersion.DRAFT_2020_12.getDialectId();

    /** Keywords with one meaning in 2020-12 and in draft 7, which AsyncAPI's schemas extend. */
    private static final Set<String> KEYWORDS =
            Set.of(
                    "$schema",
                    "title",
                    "description",
                    "type",
                    "required",
                    "properties",
                    "additionalProperties",
                    "propertyNames",
                    "minProperties",
                    "maxProperties",
                    "items",
                    "minItems",
                    "maxItems",
                    "uniqueItems",
                    "anyOf",
                    "oneOf",
                    "enum",
                    "const",
                    "pattern",
                    "format",
                    "minLength",
                    "maxLength",
                    "minimum",
                    "maximum",
                    "examples");

    static Stream<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files
                    .map(it -> it.getFileName().toString())
                    .filter(it -> it.endsWith(".schema.json"))
                    .toList()
                    .stream();
        }
    }

    @Test
    void areSix() throws IOException {
        assertThat(files())
                .containsExactlyInAnyOrder(
                        "request.schema.json",
                        "result.schema.json",
                        "cost-event.schema.json",
                        "dead-letter.schema.json",
                        "manifest.schema.json",
                        "document.schema.json");
    }

    @ParameterizedTest
    @MethodSource("files")
    void areInTheJar(String file) throws IOException {
        assertThat(ShippedSchemas.read(file))
                .isEqualTo(new JsonMapper().readTree(Files.readString(FOLDER.resolve(file))));
    }

    @ParameterizedTest
    @MethodSource("files")
    void areSchemasOfTheirDialect(String file) throws IOException {
        assertThat(ShippedSchemas.read(file).path("$schema").asString()).isEqualTo(DIALECT);
        assertThat(
                        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                                .getSchema(SchemaLocation.of(DIALECT))
                                .validate(Files.readString(FOLDER.resolve(file)), InputFormat.JSON))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void useKeywordsThatEveryToolKnows(String file) {
        var keywords = new TreeSet<String>();
        collectKeywords(ShippedSchemas.read(file), keywords);

        assertThat(KEYWORDS).containsAll(keywords);
    }

    private static void collectKeywords(JsonNode schema, Set<String> keywords) {
        if (!schema.isObject()) {
            return;
        }
        keywords.addAll(schema.propertyNames());
        schema.path("properties").forEach(it -> collectKeywords(it, keywords));
        for (String keyword : List.of("items", "additionalProperties", "propertyNames")) {
            collectKeywords(schema.path(keyword), keywords);
        }
        for (String keyword : List.of("anyOf", "oneOf")) {
            schema.path(keyword).forEach(it -> collectKeywords(it, keywords));
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void describeEveryKey(String file) {
        assertThat(undescribed(ShippedSchemas.read(file))).isEmpty();
    }

    /** Leaves out conditions, whose keys are described elsewhere. */
    private static Stream<String> undescribed(JsonNode schema) {
        Stream<String> here =
                schema.path("properties").properties().stream()
                        .filter(it -> it.getValue().path("description").asString("").isBlank())
                        .map(Map.Entry::getKey);
        return Stream.concat(here, below(schema).flatMap(SchemaFilesTest::undescribed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "result.schema.json",
                "cost-event.schema.json",
                "dead-letter.schema.json",
                "manifest.schema.json"
            })
    void explainNullAndMissingValues(String file) {
        assertThat(unexplained(ShippedSchemas.read(file))).isEmpty();
    }

    private static Stream<String> unexplained(JsonNode schema) {
        List<String> required =
                schema.path("required").valueStream().map(JsonNode::asString).toList();
        Stream<String> here =
                schema.path("properties").properties().stream()
                        .filter(it -> !isExplained(it.getValue(), required.contains(it.getKey())))
                        .map(Map.Entry::getKey);
        return Stream.concat(here, below(schema).flatMap(SchemaFilesTest::unexplained));
    }

    private static boolean isExplained(JsonNode key, boolean isRequired) {
        String text = key.path("description").asString();
        boolean isNullable =
                key.path("type").valueStream().anyMatch(it -> it.asString().equals("null"));
        return (!isNullable || text.contains("Null: "))
                && (isRequired || text.contains("Absent: ") || text.contains("Only "));
    }

    private static Stream<JsonNode> below(JsonNode schema) {
        return Stream.concat(
                schema.path("properties").valueStream(),
                schema.path("items").isObject() ? Stream.of(schema.path("items")) : Stream.of());
    }
}
