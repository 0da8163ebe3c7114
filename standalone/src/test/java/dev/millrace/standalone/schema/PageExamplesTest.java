package dev.millrace.standalone.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import dev.millrace.testclusters.schema.ShippedSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Validates the records in the pages of the documentation. */
class PageExamplesTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern START =
            Pattern.compile("\\{\"(custom_id|id|event_id|tenant|title)\"");

    /** Stands for keys that an example leaves out. */
    private static final String ABRIDGED = "…";

    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    /** Keys that only one kind of record has, and its schema. */
    private static final Map<String, Schema> KINDS =
            Map.of(
                    "url", schema("request"),
                    "response", schema("result"),
                    "event_id", schema("cost-event"),
                    "submission", schema("manifest"),
                    "text", schema("document"));

    private static Schema schema(String name) {
        return ShippedSchemas.compile(
                ShippedSchemas.closed(ShippedSchemas.read(name + ".schema.json")));
    }

    /**
     * A record in a page.
     *
     * @param place page and line
     */
    private record Example(String place, JsonNode value, Schema schema) {}

    private static List<Example> examples() throws IOException {
        var examples = new ArrayList<Example>();
        for (Path page : pages()) {
            String text = Files.readString(page);
            var start = START.matcher(text);
            while (start.find()) {
                value(text.substring(start.start()))
                        .ifPresent(
                                it ->
                                        KINDS.forEach(
                                                (key, schema) -> {
                                                    if (it.has(key)) {
                                                        examples.add(
                                                                new Example(
                                                                        place(
                                                                                page,
                                                                                text,
                                                                                start.start()),
                                                                        it,
                                                                        schema));
                                                    }
                                                }));
            }
        }
        return examples;
    }

    private static String place(Path page, String text, int index) {
        return page + ":" + (text.substring(0, index).lines().count() + 1);
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(
                            docs,
                            Stream.of(
                                    ROOT.resolve("README.md"), ROOT.resolve("examples/README.md")))
                    .filter(it -> it.toString().endsWith(".md"))
                    .toList();
        }
    }

    /** Returns the JSON value at the start of a text; empty if there is none. */
    private static Optional<JsonNode> value(String text) {
        try {
            return Optional.of(JSON.readTree(text));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    @TestFactory
    Stream<DynamicTest> matchTheirSchemas() throws IOException {
        return examples().stream()
                .map(
                        it ->
                                DynamicTest.dynamicTest(
                                        it.place(),
                                        () ->
                                                assertThat(problems(it))
                                                        .as(it.value().toString())
                                                        .isEmpty()));
    }

    @Test
    void areOfEveryKind() throws IOException {
        List<Schema> found = examples().stream().map(Example::schema).distinct().toList();

        assertThat(found).containsExactlyInAnyOrderElementsOf(KINDS.values());
        assertThat(examples()).hasSizeGreaterThan(10);
    }

    private static List<Error> problems(Example example) {
        boolean isAbridged = removeAbridged(example.value());
        return example.schema().validate(example.value()).stream()
                .filter(it -> !isAbridged || !it.getKeyword().equals("required"))
                .toList();
    }

    private static boolean removeAbridged(JsonNode node) {
        boolean found = node instanceof ObjectNode object && object.remove(ABRIDGED) != null;
        for (JsonNode below : node) {
            found |= removeAbridged(below);
        }
        return found;
    }
}
