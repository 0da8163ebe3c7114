package dev.millrace.standalone.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.AnswerWait.Chunks;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.testclusters.FormatFixture;
import dev.millrace.testclusters.schema.RecordSchemas;
import dev.millrace.testclusters.schema.ShippedSchemas;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares the schemas with the files of {@code compatibility}, which have every key that the code
 * writes.
 */
class WrittenRecordsTest {
    private static final Topics TOPICS = new Topics("millrace.");
    private static final JsonMapper JSON = new JsonMapper();

    private final RecordSchemas schemas = new RecordSchemas(TOPICS);

    @ParameterizedTest
    @CsvSource({
        "results.txt, result.schema.json, results",
        "cost-events.txt, cost-event.schema.json, costs",
        "manifests.txt, manifest.schema.json, batches",
        "documents.txt, document.schema.json, documents"
    })
    void haveTheKeysOfTheSchemaAndNoOther(String file, String schema, String topic) {
        JsonNode root = ShippedSchemas.read(schema);
        Collection<String> records = FormatFixture.read(file).values();
        var used = new TreeSet<String>();
        records.forEach(it -> used.addAll(SchemaKeys.used(JSON.readTree(it), root)));

        // A key that the schema does not name is a problem, too.
        assertThat(records)
                .allSatisfy(
                        it ->
                                assertThat(schemas.valueProblems(TOPICS.prefix() + topic, it))
                                        .isEmpty());
        assertThat(used).isEqualTo(SchemaKeys.of(root));
    }

    @ParameterizedTest
    @CsvSource({
        "results.txt, result.schema.json",
        "cost-events.txt, cost-event.schema.json",
        "manifests.txt, manifest.schema.json"
    })
    void ofALaterVersionWithMoreKeysAreAccepted(String file, String schema) {
        var open = ShippedSchemas.compile(ShippedSchemas.read(schema));

        assertThat(FormatFixture.read(file).values())
                .allSatisfy(
                        it ->
                                assertThat(
                                                open.validate(
                                                        JSON.readTree(
                                                                it.replaceFirst(
                                                                        "\\{", "{\"later\":[1],"))))
                                        .isEmpty());
    }

    @Nested
    class Words {
        private static List<String> words(String schema, String pointer, String keyword) {
            JsonNode words = ShippedSchemas.read(schema).at(pointer).path(keyword);
            return words.valueStream().filter(it -> !it.isNull()).map(JsonNode::asString).toList();
        }

        @ParameterizedTest
        @CsvSource({
            "result.schema.json, /properties/error/properties/code",
            "result.schema.json, /properties/millrace/properties/error_code",
            "cost-event.schema.json, /properties/end/properties/error_code",
            "dead-letter.schema.json, /properties/millrace-reason"
        })
        void ofErrorsAreTheCodes(String schema, String pointer) {
            assertThat(words(schema, pointer, "examples"))
                    .containsExactlyElementsOf(
                            Arrays.stream(ErrorCode.values()).map(ErrorCode::code).toList());
        }

        @ParameterizedTest
        @CsvSource({
            "result.schema.json, /properties/millrace/properties/cache",
            "cost-event.schema.json, /properties/end/properties/cache"
        })
        void ofTheCacheAreTheConstants(String schema, String pointer) {
            assertThat(words(schema, pointer, "enum"))
                    .containsExactly(
                            Provenance.CACHE_MISS,
                            Provenance.CACHE_HIT,
                            Provenance.CACHE_STALE,
                            Provenance.CACHE_COLLAPSED,
                            Provenance.CACHE_SEMANTIC);
        }

        @Test
        void ofCostsAndLanesAreTheConstants() {
            assertThat(words("cost-event.schema.json", "/properties/kind", "enum"))
                    .containsExactlyElementsOf(
                            Arrays.stream(CostKind.values()).map(CostKind::word).toList());
            assertThat(words("cost-event.schema.json", "/properties/end/properties/lane", "enum"))
                    .containsExactlyElementsOf(
                            Arrays.stream(Lane.values()).map(Lane::word).toList());
        }

        @Test
        void ofForwardedTokensAreTheConstants() {
            JsonNode headers =
                    ShippedSchemas.read(ShippedSchemas.DESCRIPTION)
                            .at("/components/schemas/requestHeaders/properties");
            Set<String> written = new TreeSet<>();
            for (Chunks chunks : Chunks.values()) {
                var record = new RecordHeaders();
                SubmissionHeaders.NONE.withChunks(chunks).writeTo(record);
                MillraceHeaders.text(record, MillraceHeaders.STREAM).ifPresent(written::add);
            }

            assertThat(
                            headers.path(MillraceHeaders.STREAM)
                                    .path("enum")
                                    .valueStream()
                                    .map(JsonNode::asString))
                    .containsExactlyElementsOf(written);
        }
    }

    @Nested
    class Refused {
        private List<String> problems(String topic, String file, String from, String to) {
            String record = FormatFixture.read(file).values().iterator().next();
            assertThat(record).contains(from);
            return schemas.valueProblems(topic, record.replace(from, to));
        }

        @Test
        void areRecordsThatBreakASchema() {
            assertThat(
                            Stream.of(
                                    problems(
                                            TOPICS.results(), "results.txt", "\"error\":null,", ""),
                                    problems(
                                            TOPICS.results(),
                                            "results.txt",
                                            "\"error\":null",
                                            "\"error\":{}"),
                                    problems(
                                            TOPICS.results(),
                                            "results.txt",
                                            "\"tenant\"",
                                            "\"unknown\":1,\"tenant\""),
                                    problems(
                                            TOPICS.costs(),
                                            "cost-events.txt",
                                            "\"kind\":\"billed\"",
                                            "\"kind\":\"free\""),
                                    problems(
                                            TOPICS.costs(),
                                            "cost-events.txt",
                                            "\"saved_usd\":0",
                                            "\"saved_usd\":-1"),
                                    problems(
                                            TOPICS.batches(),
                                            "manifests.txt",
                                            "T12:00:00.125Z",
                                            " noon"),
                                    problems(
                                            TOPICS.documents(),
                                            "documents.txt",
                                            "\"text\"",
                                            "\"words\"")))
                    .allSatisfy(it -> assertThat(it).isNotEmpty());
        }
    }
}
