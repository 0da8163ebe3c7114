package dev.millrace.standalone.e2e.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.standalone.e2e.Launcher;
import dev.millrace.standalone.e2e.Running;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * Calls {@code millrace up --simulate} with the npm packages {@code openai} and {@code
 * @anthropic-ai/sdk}, and reads its topics with {@code kafkajs} and kcat. Skipped where Node.js or
 * the packages are not installed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewaySdkIT {
    private static final Path SCRIPTS = Path.of("..", "testing", "simulator", "src", "test", "sdk");
    private static final Pattern ADDRESS = Pattern.compile("gateway (http://\\S+)/v1\\R");
    private static final Pattern BOOTSTRAP = Pattern.compile("bootstrap (\\S+)");
    private static final JsonMapper JSON = new JsonMapper();
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;

    @TempDir private static Path folder;

    private Running pipeline;
    private JsonNode openAi = MissingNode.getInstance();
    private JsonNode anthropic = MissingNode.getInstance();

    @BeforeAll
    void run() throws Exception {
        assumeTrue(
                Files.isDirectory(SCRIPTS.resolve("node_modules")),
                "The SDKs are not installed: run npm ci in testing/simulator/src/test/sdk");
        assumeTrue(isInstalled("node", "--version"), "Node.js is not installed");
        pipeline =
                new Launcher(folder)
                        .start(
                                "up",
                                "--simulate",
                                "--data-dir",
                                ".millrace",
                                "--metrics",
                                "127.0.0.1:0");
        pipeline.awaitOutput("gateway http");
        String address = address();
        String key = key("sdk");
        String limited = key("limited", "--requests-per-minute", "10");
        awaitKeys(address, limited);
        openAi = script("gateway-openai.mjs", address + "/v1", key, limited);
        anthropic = script("gateway-anthropic.mjs", address, key);
    }

    @AfterAll
    void stop() {
        if (pipeline != null) {
            pipeline.terminate();
            pipeline.await().exitsWith(0);
        }
    }

    private static boolean isInstalled(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private String address() {
        return printed(ADDRESS);
    }

    /** Returns the match of a pattern in the pipeline's output. */
    private String printed(Pattern pattern) {
        var matcher = pattern.matcher(pipeline.out());
        assertThat(matcher.find()).as(pipeline.out()).isTrue();
        return matcher.group(1);
    }

    private String key(String name, Object... options) {
        var words = new ArrayList<Object>(List.of("keys", "create", "--name", name));
        words.addAll(List.of(options));
        return new Launcher(folder).run(words.toArray()).exitsWith(0).out().strip();
    }

    /** Waits until the gateway has read a key, and refuses others. */
    private static void awaitKeys(String address, String key) {
        try (var http = HttpClient.newHttpClient()) {
            await().until(() -> status(http, address, "wrong") == UNAUTHORIZED);
            await().until(() -> status(http, address, key) == OK);
        }
    }

    private static int status(HttpClient http, String address, String key)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(address + "/v1/models/gpt-4.1"))
                        .header("Authorization", "Bearer " + key)
                        .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    private static JsonNode script(String name, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("node", name));
        command.addAll(List.of(arguments));
        String output = output(command);
        return JSON.readTree(output.substring(output.lastIndexOf('\n') + 1));
    }

    private static String output(List<String> command) throws Exception {
        Process process =
                new ProcessBuilder(command)
                        .directory(SCRIPTS.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static JsonNode result(JsonNode results, String name) {
        JsonNode result = results.path(name);
        assertThat(result.isMissingNode() || result.has("thrown"))
                .as("%s: %s", name, result)
                .isFalse();
        return result;
    }

    private static void failed(
            JsonNode results, String name, String thrown, int status, String code) {
        JsonNode error = results.path(name);
        assertThat(error.path("thrown").asString("")).as("%s: %s", name, error).isEqualTo(thrown);
        assertThat(error.path("status").intValue()).isEqualTo(status);
        assertThat(error.path("requestId").asString("")).as(name).isNotEmpty();
        if (!code.equals("-")) {
            assertThat(error.path("code").asString("")).isEqualTo(code);
        }
    }

    @Nested
    class OpenAi {
        @ParameterizedTest
        @ValueSource(strings = {"chat", "chatStreamed", "auto", "claude"})
        void chatIsAnswered(String name) {
            JsonNode answer = result(openAi, name);

            assertThat(answer.at("/choices/0/message/content").asString(""))
                    .contains("Where is my parcel?");
            assertThat(answer.at("/usage/completion_tokens").intValue()).isPositive();
        }

        @Test
        void chunksOfAStreamBelongToOneAnswer() {
            JsonNode chunks = result(openAi, "chatChunks");

            // At least text and end; a busy machine puts more of the text into one chunk.
            assertThat(chunks.size()).isGreaterThan(1);
            assertThat(chunks.valueStream().map(it -> it.path("id").asString("")).distinct())
                    .hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {"tools", "toolsStreamed"})
        void toolsAreCalled(String name) {
            assertThat(
                            result(openAi, name)
                                    .at("/choices/0/message/tool_calls")
                                    .valueStream()
                                    .map(it -> it.at("/function/name").asString("")))
                    .containsExactly("weather", "time");
        }

        @Test
        void responsesAndEmbeddingsAreAnswered() {
            assertThat(result(openAi, "response").path("output_text").asString("")).isNotEmpty();
            assertThat(result(openAi, "embedding").path("data").size()).isEqualTo(2);
        }

        @Test
        void modelsAreListed() {
            assertThat(result(openAi, "models").valueStream().map(JsonNode::stringValue))
                    .contains("gpt-4.1", "claude-sonnet-4.5");
        }

        @Test
        void headersNameTheModelAndTheCost() {
            JsonNode headers = result(openAi, "headers");

            assertThat(headers.path("x-request-id").asString("")).isNotEmpty();
            assertThat(headers.path("x-millrace-model").asString("")).isEqualTo("gpt-4.1");
            assertThat(headers.path("x-millrace-cost").asString("")).isNotEmpty();
        }

        @Test
        void aRepeatedIdempotencyKeyGetsTheFirstAnswer() {
            JsonNode answers = result(openAi, "idempotent");

            assertThat(answers.path("first").asString("")).isNotEmpty();
            assertThat(answers.path("second")).isEqualTo(answers.path("first"));
        }

        @Test
        void filesAreStoredListedAndDeleted() {
            JsonNode file = result(openAi, "file");

            assertThat(file.path("same").asBoolean()).isTrue();
            assertThat(file.path("isListed").asBoolean()).isTrue();
            assertThat(file.at("/deleted/deleted").asBoolean()).isTrue();
        }

        @Test
        void aBatchIsCompletedWithItsOutputInOrder() {
            JsonNode result = result(openAi, "batch");

            assertThat(result.at("/batch/status").asString("")).isEqualTo("completed");
            assertThat(result.at("/batch/request_counts/completed").intValue()).isEqualTo(3);
            assertThat(result.path("ids").valueStream().map(JsonNode::stringValue))
                    .containsExactly("a", "b", "c");
        }

        @Test
        void aClientThatIsRefusedByTheLimitOfItsKeyComesBack() {
            assertThat(result(openAi, "retried").size()).isEqualTo(11);
        }

        @ParameterizedTest
        @CsvSource({
            "unknownModel,NotFoundError,404,-",
            "badRequest,BadRequestError,400,-",
            "notFound,NotFoundError,404,-",
            "unauthorized,AuthenticationError,401,invalid_api_key",
        })
        void errorsHaveTheClassOfTheirStatus(String name, String thrown, int status, String code) {
            failed(openAi, name, thrown, status, code);
        }
    }

    @Nested
    class Anthropic {
        @ParameterizedTest
        @ValueSource(strings = {"message", "messageStreamed"})
        void messageIsAnswered(String name) {
            JsonNode answer = result(anthropic, name);

            assertThat(answer.at("/content/0/text").asString("")).contains("Where is my parcel?");
            assertThat(answer.at("/usage/output_tokens").intValue()).isPositive();
            assertThat(answer.path("stop_reason").asString("")).isEqualTo("end_turn");
        }

        @Test
        void eventsOfAStreamBeginAndEndAMessage() {
            List<String> types =
                    result(anthropic, "messageEvents")
                            .valueStream()
                            .map(it -> it.path("type").asString(""))
                            .toList();

            assertThat(types).startsWith("message_start").endsWith("message_stop");
        }

        @ParameterizedTest
        @ValueSource(strings = {"tools", "toolsStreamed"})
        void toolsAreCalled(String name) {
            assertThat(
                            result(anthropic, name)
                                    .path("content")
                                    .valueStream()
                                    .map(it -> it.path("name").asString(""))
                                    .filter(it -> !it.isEmpty()))
                    .containsExactly("weather", "time");
        }

        @Test
        void batchIsEndedWithAResultForEachRequest() {
            JsonNode result = result(anthropic, "batch");

            assertThat(result.at("/created/processing_status").asString(""))
                    .isEqualTo("in_progress");
            assertThat(result.at("/created/request_counts/processing").intValue()).isEqualTo(3);
            assertThat(result.at("/batch/processing_status").asString("")).isEqualTo("ended");
            assertThat(result.at("/batch/request_counts/succeeded").intValue()).isEqualTo(2);
            assertThat(result.at("/batch/request_counts/errored").intValue()).isEqualTo(1);
            JsonNode results = result.path("results");
            assertThat(results.valueStream().map(it -> it.path("custom_id").asString("")))
                    .containsExactly("b", "a", "c");
            assertThat(results.at("/0/result/message/content/0/text").asString(""))
                    .contains("Where is my parcel?");
            assertThat(results.at("/2/result/error/error/type").asString(""))
                    .isEqualTo("not_found_error");
            assertThat(result.path("isListed").asBoolean()).isTrue();
        }

        @Test
        void deletedBatchIsNotListed() {
            JsonNode result = result(anthropic, "batch");

            assertThat(result.at("/deleted/type").asString("")).isEqualTo("message_batch_deleted");
            assertThat(result.path("isListedAfterwards").asBoolean(true)).isFalse();
        }

        @Test
        void pagesOfBatchesAreReadInBothDirections() {
            JsonNode pages = result(anthropic, "batchPages");

            JsonNode ids = pages.path("ids");
            assertThat(pages.path("before").valueStream().map(JsonNode::stringValue))
                    .startsWith(ids.path(1).asString(""), ids.path(0).asString(""));
            assertThat(pages.path("after").valueStream().map(JsonNode::stringValue))
                    .containsExactly(ids.path(1).asString(""));
        }

        @Test
        void canceledBatchHasAResultForEachRequest() {
            JsonNode result = result(anthropic, "batchCanceled");

            // A batch that was cancelled before its first request was published ends at once.
            assertThat(result.at("/canceling/processing_status").asString(""))
                    .isIn("canceling", "ended");
            assertThat(result.at("/canceling/cancel_initiated_at").asString("")).isNotEmpty();
            JsonNode batch = result.path("batch");
            assertThat(batch.path("processing_status").asString("")).isEqualTo("ended");
            assertThat(batch.path("cancel_initiated_at").asString("")).isNotEmpty();
            JsonNode counts = batch.path("request_counts");
            List<String> types =
                    result.path("types").valueStream().map(JsonNode::stringValue).toList();
            assertThat(types).hasSize(2_000).contains("canceled");
            assertThat(types.stream().filter("canceled"::equals))
                    .hasSize(counts.path("canceled").intValue());
            assertThat(types.stream().filter("succeeded"::equals))
                    .hasSize(counts.path("succeeded").intValue());
        }

        @Test
        void errorOfABatchNamesTheRequest() {
            assertThat(anthropic.at("/batchDuplicate/message").asString(""))
                    .contains("requests.2", "custom_id");
        }

        @Test
        void modelsAreListedAndRequestsHaveAnId() {
            assertThat(result(anthropic, "models").valueStream().map(JsonNode::stringValue))
                    .contains("claude-sonnet-4.5");
            assertThat(result(anthropic, "requestId").asString("")).isNotEmpty();
        }

        @ParameterizedTest
        @CsvSource({
            "unknownModel,NotFoundError,404,-",
            "badRequest,BadRequestError,400,-",
            "unauthorized,AuthenticationError,401,-",
            "batchDuplicate,BadRequestError,400,-",
            "batchEmpty,BadRequestError,400,-",
            "batchNotFound,NotFoundError,404,-",
            "batchRunning,BadRequestError,400,-",
            "batchUnauthorized,AuthenticationError,401,-",
        })
        void errorsHaveTheClassOfTheirStatus(String name, String thrown, int status, String code) {
            failed(anthropic, name, thrown, status, code);
        }
    }

    /** Clients that share no code with Kafka's own. */
    @Nested
    class OtherKafkaClients {
        private static final List<String> OUTPUTS =
                List.of("millrace.results", "millrace.dead-letters", "millrace.costs");

        /** Submits invalid jobs. The router ends these jobs; the worker ends the gateway's jobs. */
        @BeforeEach
        void submitMistakes() {
            new Launcher(folder).run("submit", Launcher.example("mistakes.jsonl")).exitsWith(3);
        }

        @Test
        void kafkajsReadsEveryOutputTopic() {
            await().untilAsserted(
                            () ->
                                    assertThat(OUTPUTS)
                                            .allSatisfy(
                                                    it -> assertThat(kafkajs(it)).isPositive()));
        }

        private long kafkajs(String topic) throws Exception {
            JsonNode counts = script("kafka-topics.mjs", printed(BOOTSTRAP), topic);
            assertThat(counts.has("thrown")).as(counts.toString()).isFalse();
            return counts.path(topic).longValue();
        }

        @Test
        void librdkafkaReadsAsManyRecords() throws Exception {
            assumeTrue(isInstalled("kcat", "-V"), "kcat is not installed");
            await().untilAsserted(
                            () ->
                                    assertThat(OUTPUTS)
                                            .allSatisfy(
                                                    it ->
                                                            assertThat(kcat(it))
                                                                    .isPositive()
                                                                    .isEqualTo(kafkajs(it))));
        }

        private long kcat(String topic) throws Exception {
            String lines =
                    output(
                            List.of(
                                    "kcat",
                                    "-C",
                                    "-q",
                                    "-e",
                                    "-b",
                                    printed(BOOTSTRAP),
                                    "-t",
                                    topic,
                                    "-o",
                                    "beginning",
                                    "-X",
                                    "isolation.level=read_committed",
                                    "-f",
                                    "%o\n"));
            return lines.lines().count();
        }
    }
}
