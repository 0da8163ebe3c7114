package dev.millrace.standalone.schema;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.standalone.cluster.Right;
import dev.millrace.standalone.cluster.Role;
import dev.millrace.standalone.cluster.RoleRights;
import dev.millrace.testclusters.FormatFixture;
import dev.millrace.testclusters.schema.RecordSchemas;
import dev.millrace.testclusters.schema.ShippedSchemas;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Checks the AsyncAPI description: its structure by the specification, its content by the code. */
class AsyncApiTest {
    private static final JsonNode ROOT = ShippedSchemas.read(ShippedSchemas.DESCRIPTION);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Topics TOPICS = new Topics("millrace.");

    /**
     * Returns the node that a pointer within the description leads to, with references followed.
     */
    private static JsonNode at(String pointer) {
        return ShippedSchemas.resolve(ROOT.at(pointer), ROOT);
    }

    @Nested
    class Structure {
        @Test
        void hasTheRequiredFields() {
            assertThat(ROOT.path("asyncapi").asString()).isEqualTo("3.0.0");
            assertThat(ROOT.at("/info/title").asString()).isEqualTo("Millrace");
            assertThat(ROOT.at("/info/version").asString())
                    .isEqualTo(String.valueOf(MillraceHeaders.SCHEMA_VERSION));
            assertThat(ROOT.at("/servers").valueStream())
                    .isNotEmpty()
                    .allMatch(it -> it.has("host") && it.has("protocol"));
        }

        @Test
        void everyReferenceLeadsSomewhere() {
            assertThat(ROOT.findValues("$ref"))
                    .hasSizeGreaterThan(20)
                    .allSatisfy(
                            it ->
                                    assertThat(
                                                    ShippedSchemas.resolve(
                                                            NODES.objectNode()
                                                                    .put("$ref", it.asString()),
                                                            ROOT))
                                            .isNotEmpty());
        }

        @Test
        void everyChannelHasAnOperationAndAMessage() {
            var used = new TreeSet<String>();
            for (JsonNode operation : ROOT.path("operations")) {
                assertThat(operation.path("action").asString()).isIn("send", "receive");
                used.add(operation.at("/channel/$ref").asString().replace("#/channels/", ""));
            }

            assertThat(used).isEqualTo(new TreeSet<>(ROOT.path("channels").propertyNames()));
            assertThat(ROOT.path("channels").valueStream().map(it -> it.path("messages")))
                    .allMatch(it -> it.size() == 1);
        }

        @Test
        void everyMessageHasAPayloadAKeyAndHeadersThatAreAnObject() {
            ROOT.at("/components/messages")
                    .forEachEntry(
                            (name, message) -> {
                                String pointer = "/components/messages/" + name;
                                assertThat(at(pointer + "/payload").has("description"))
                                        .as(name)
                                        .isTrue();
                                assertThat(at(pointer + "/bindings").at("/kafka/key").isObject())
                                        .as(name)
                                        .isTrue();
                                if (message.has("headers")) {
                                    assertThat(at(pointer + "/headers").path("type").asString())
                                            .as(name)
                                            .isEqualTo("object");
                                }
                            });
        }
    }

    @Nested
    class Content {
        /** Clients read chunks with the rights of a gateway, so no role of theirs has the topic. */
        @Test
        void topicsAreThoseThatClientsWriteAndRead() {
            MillraceConfig config = ConfigLoader.defaults();
            Stream<String> ofRoles =
                    Stream.of(Role.SUBMIT, Role.CONSUME, Role.DOCUMENTS)
                            .flatMap(it -> RoleRights.of(it, config).stream())
                            .filter(it -> it.kind() == ResourceType.TOPIC && !it.isPrefix())
                            .map(Right::name);

            assertThat(new RecordSchemas(TOPICS).topics())
                    .containsExactlyInAnyOrderElementsOf(
                            Stream.concat(ofRoles, Stream.of(TOPICS.chunks())).collect(toSet()));
        }

        @Test
        void topicsHaveTheConfiguredPrefix() {
            assertThat(new RecordSchemas(new Topics("acme-")).topics())
                    .contains("acme-requests", "acme-dead-letters")
                    .allMatch(it -> it.startsWith("acme-"));
        }

        /** The files of {@code compatibility} have every header that the code writes. */
        @ParameterizedTest
        @CsvSource({"request, request", "deadLetter, dead letter", "chunk, chunk"})
        void headersAreThoseThatTheCodeWrites(String message, String kind) {
            Set<String> written = new TreeSet<>();
            Set<String> always = new TreeSet<>();
            FormatFixture.read("headers.txt")
                    .keySet()
                    .forEach(
                            it -> {
                                if (it.startsWith(kind + ",")) {
                                    written.add(it.substring(it.indexOf(": ") + 2));
                                }
                                if (it.startsWith(kind + ", required")) {
                                    always.add(it.substring(it.indexOf(": ") + 2));
                                }
                            });
            JsonNode headers = at("/components/messages/" + message + "/headers");
            var described = new TreeSet<>(headers.path("properties").propertyNames());
            described.remove(MillraceHeaders.TRACEPARENT);

            assertThat(described).isEqualTo(written);
            if (!always.isEmpty()) {
                assertThat(headers.path("required").valueStream().map(JsonNode::asString))
                        .containsExactlyInAnyOrderElementsOf(always);
            }
        }

        @Test
        void valuesOfHeadersMatchTheirSchemas() {
            Map<String, String> kinds =
                    Map.of("request", "request", "dead letter", "deadLetter", "chunk", "chunk");
            FormatFixture.read("headers.txt")
                    .forEach(
                            (name, value) -> {
                                String message = kinds.get(name.substring(0, name.indexOf(',')));
                                if (message != null) {
                                    String header = name.substring(name.indexOf(": ") + 2);
                                    JsonNode schema =
                                            at("/components/messages/" + message + "/headers")
                                                    .path("properties")
                                                    .path(header);
                                    assertThat(
                                                    ShippedSchemas.compile(schema)
                                                            .validate(NODES.stringNode(value)))
                                            .as(name)
                                            .isEmpty();
                                }
                            });
        }

        @Test
        void endsOfChunksAreTheConstants() {
            assertThat(
                            at("/components/schemas/chunkHeaders/properties/millrace-end/enum")
                                    .valueStream()
                                    .map(JsonNode::asString))
                    .containsExactlyElementsOf(
                            Arrays.stream(Chunk.Outcome.values())
                                    .map(Chunk.Outcome::word)
                                    .toList());
        }
    }
}
