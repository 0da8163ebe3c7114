package dev.millrace.standalone.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.testclusters.schema.ShippedSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares the schema of requests with the parser of the router. */
class RequestSchemaTest {
    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final Set<String> NO_BATCHES =
            Set.of("usage.jsonl", "paraphrases.jsonl", "paraphrases-held-out.jsonl");
    private static final JsonNode ROOT = ShippedSchemas.read("request.schema.json");
    private static final Pattern KNOWN = Pattern.compile("known keys are ([a-z_, ]+)");

    private static final Schema SCHEMA = ShippedSchemas.compile(ROOT);
    private static final JsonMapper JSON = new JsonMapper();

    private static boolean isValid(String line) {
        try {
            return SCHEMA.validate(JSON.readTree(line)).isEmpty();
        } catch (JacksonException e) {
            return false;
        }
    }

    private static boolean isAccepted(String line) {
        return RequestParser.parse(line.getBytes(UTF_8)) instanceof ParseResult.Accepted;
    }

    /** Returns a request with the given options. */
    private static String with(String millrace) {
        return """
        {"custom_id":"a","url":"/v1/chat/completions","body":{"model":"auto"},"millrace":%s}"""
                .formatted(millrace);
    }

    @Nested
    class Keys {
        @ParameterizedTest
        @CsvSource({
            "/properties/millrace, '{\"unknown\":1}'",
            "/properties/millrace/properties/split, '{\"split\":{\"unknown\":1}}'",
            "/properties/millrace/properties/retrieval,"
                    + " '{\"retrieval\":{\"collection\":\"a\",\"unknown\":1}}'",
        })
        void areThoseOfTheParser(String pointer, String options) {
            var problems =
                    ((ParseResult.Unacceptable) RequestParser.parse(with(options).getBytes(UTF_8)))
                            .message();
            var known = KNOWN.matcher(problems);

            assertThat(known.find()).as(problems).isTrue();
            assertThat(ROOT.at(pointer).path("properties").propertyNames())
                    .containsExactlyInAnyOrder(known.group(1).split(", ", -1));
            assertThat(isValid(with(options))).isFalse();
        }

        @Test
        void ofHeadersAreThoseOfTheParser() {
            var problems =
                    ((ParseResult.Unacceptable)
                                    RequestParser.parse(
                                            with("{\"headers\":{\"x\":\"y\"}}").getBytes(UTF_8)))
                            .message();

            assertThat(problems)
                    .contains(
                            ROOT.at("/properties/millrace/properties/headers/properties")
                                    .propertyNames());
        }

        @Test
        void ofUrlsAreThoseOfTheEndpoints() {
            assertThat(ROOT.at("/properties/url/examples").valueStream().map(JsonNode::asString))
                    .containsExactlyElementsOf(
                            Endpoints.SHIPPED.all().stream().map(Endpoint::url).toList());
        }
    }

    /** What the schema accepts, the router accepts, and the other way round. */
    @Nested
    class Decisions {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "null",
                    "{}",
                    "{\"tenant\":\"acme\",\"batch\":\"2026-11-20/night – ü\"}",
                    "{\"tenant\":\"\"}",
                    "{\"tenant\":\" \"}",
                    "{\"tenant\":\"a\\tb\"}",
                    "{\"tenant\":7}",
                    "{\"tenant\":null,\"batch\":null,\"priority\":null,\"deadline\":null}",
                    "{\"priority\":\"low\"}",
                    "{\"priority\":\"urgent\"}",
                    "{\"deadline\":\"2036-11-21T06:00:00Z\"}",
                    "{\"deadline\":\"2036-11-21T06:00:00.125Z\"}",
                    "{\"deadline\":\"2036-11-21\"}",
                    "{\"deadline\":\"tomorrow\"}",
                    "{\"cache\":\"semantic\"}",
                    "{\"cache\":\"deterministic\"}",
                    "{\"max_cost_usd\":0}",
                    "{\"max_cost_usd\":1000000}",
                    "{\"max_cost_usd\":1000000.01}",
                    "{\"max_cost_usd\":-1}",
                    "{\"max_cost_usd\":\"0.25\"}",
                    "{\"max_cost_usd\":\"1e3\"}",
                    "{\"buy\":\"lowest\"}",
                    "{\"buy\":\"cheap\"}",
                    "{\"fallback\":\"gpt-4.1\"}",
                    "{\"fallback\":[]}",
                    "{\"fallback\":[\"a\",\"b\"]}",
                    "{\"fallback\":[\"a\",7]}",
                    "{\"fallback\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}",
                    "{\"request_id\":\"a.b:c-d_e\"}",
                    "{\"request_id\":\"a b\"}",
                    "{\"metadata\":{\"a\":[1,{\"b\":null}]}}",
                    "{\"metadata\":[]}",
                    "{\"split\":{}}",
                    "{\"split\":{\"size\":100,\"overlap\":25,\"reduce\":\"Sum up.\",\"on_failed_part\":\"omit\"}}",
                    "{\"split\":{\"size\":99}}",
                    "{\"split\":{\"reduce\":\" \"}}",
                    "{\"split\":{\"on_failed_part\":\"retry\"}}",
                    "{\"split\":[]}",
                    "{\"retrieval\":{\"collection\":\"handbook\"}}",
                    "{\"retrieval\":{\"collection\":\"a\",\"top_k\":50,\"filter\":{\"lang\":\"en\"},\"place\":\"{{passages}}\",\"empty_answer\":\"None.\"}}",
                    "{\"retrieval\":{\"collection\":\"a\",\"place\":\"user\",\"on_empty\":\"call\"}}",
                    "{\"retrieval\":{}}",
                    "{\"retrieval\":{\"collection\":\"a b\"}}",
                    "{\"retrieval\":{\"collection\":\"a\",\"top_k\":0}}",
                    "{\"retrieval\":{\"collection\":\"a\",\"top_k\":51}}",
                    "{\"retrieval\":{\"collection\":\"a\",\"filter\":{\"lang\":7}}}",
                    "{\"retrieval\":{\"collection\":\"a\",\"place\":\"{{}}\"}}",
                    "{\"retrieval\":{\"collection\":\"a\",\"on_empty\":\"wait\"}}",
                    "{\"retrieval\":{\"collection\":\"a\",\"empty_answer\":\"\"}}",
                    "{\"headers\":{\"openai-beta\":\"a b\"}}",
                    "{\"headers\":{\"openai-beta\":\"\"}}",
                    "{\"headers\":{\"openai-beta\":7}}",
                    "{\"headers\":{\"cookie\":\"a\"}}",
                    "{\"on_unavailable\":\"fail\"}",
                    "{\"on_unavailable\":\"500ms\"}",
                    "{\"on_unavailable\":\"5\"}",
                    "[]"
                })
        void aboutOptionsAreEqual(String options) {
            assertThat(isValid(with(options))).isEqualTo(isAccepted(with(options)));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"custom_id\":7,\"url\":\"/v1/embeddings\",\"body\":{\"model\":\"m\",\"input\":\"a\"}}",
                    "{\"custom_id\":\"a\",\"url\":\"https://api.openai.com/v1/responses?a=b\",\"body\":{\"model\":\"m\"}}",
                    "{\"custom_id\":\"a\",\"url\":\"/openai/v1/chat/completions\",\"body\":{\"model\":\"m\"}}",
                    "{\"custom_id\":\"a\",\"url\":\"chat/completions/\",\"body\":{\"model\":\"m\"}}",
                    "{\"custom_id\":\"a\",\"url\":\"/v1/messages\",\"body\":{\"model\":\"m\",\"stream\":true,\"stream_options\":null}}",
                    "{\"custom_id\":\"a\",\"url\":\"/v1/completions\",\"body\":{\"model\":\"m\"},\"method\":null,\"other\":1}",
                    "{\"custom_id\":\"a\",\"url\":\"/v1/completions\",\"body\":{\"model\":\" \"}}",
                    "{\"custom_id\":\"a\",\"url\":\"/v1/completions\",\"body\":{\"model\":\"m\",\"stream\":\"yes\"}}",
                    "{\"custom_id\":\"a\",\"url\":\"/v1/completions\",\"body\":{\"model\":\"m\",\"stream_options\":[]}}",
                    "{\"custom_id\":\"a\",\"url\":\"/v1/images\",\"body\":{\"model\":\"m\"}}",
                    "{\"custom_id\":\"a\\u0000\",\"url\":\"/v1/completions\",\"body\":{\"model\":\"m\"}}",
                    "{\"custom_id\":null,\"url\":\"/v1/completions\",\"body\":{\"model\":\"m\"}}",
                    "{\"custom_id\":\"a\",\"url\":null,\"body\":{\"model\":\"m\"}}",
                    "{\"custom_id\":\"a\",\"url\":\"/v1/completions\",\"body\":null}"
                })
        void aboutLinesAreEqual(String line) {
            assertThat(isValid(line)).isEqualTo(isAccepted(line));
        }

        @ParameterizedTest
        @MethodSource("dev.millrace.standalone.schema.RequestSchemaTest#batchFiles")
        void aboutExamplesAreEqual(Path file) throws IOException {
            List<String> lines =
                    Files.readAllLines(file).stream().filter(it -> !it.isBlank()).toList();
            List<String> accepted = lines.stream().filter(RequestSchemaTest::isAccepted).toList();

            assertThat(accepted).isNotEmpty();
            assertThat(lines.stream().filter(RequestSchemaTest::isValid))
                    .containsExactlyElementsOf(accepted);
        }
    }

    static List<Path> batchFiles() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(it -> it.toString().endsWith(".jsonl"))
                    .filter(it -> !NO_BATCHES.contains(it.getFileName().toString()))
                    .toList();
        }
    }
}
