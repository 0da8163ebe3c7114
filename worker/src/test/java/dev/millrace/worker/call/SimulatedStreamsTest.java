package dev.millrace.worker.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Wire;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.capacity.SlotBounds;
import dev.millrace.worker.http.AnswerLimits;
import dev.millrace.worker.port.ChunkLog;
import dev.millrace.worker.port.Providers.CallReport;
import dev.millrace.worker.port.Providers.CallRequest;
import dev.millrace.worker.port.Providers.Window;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Streamed and unstreamed calls to the simulator. */
class SimulatedStreamsTest {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Fields that differ between two calls, and {@code annotations}, which chunks of chat
     * completions lack.
     */
    private static final Set<String> OF_ONE_CALL =
            Set.of("id", "call_id", "created", "created_at", "completed_at", "annotations");

    /** Two tools of chat completions, of responses or of messages, which are called in parallel. */
    private static final String TOOLS =
            "\"tools\":[{\"type\":\"%1$s\",\"name\":\"a\",\"%2$s\":%3$s,\"function\":{\"name\":\"a\",\"%2$s\":%3$s}},"
                    + "{\"type\":\"%1$s\",\"name\":\"b\",\"%2$s\":%3$s,\"function\":{\"name\":\"b\",\"%2$s\":%3$s}}],";

    private static final String SCHEMA =
            "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}";

    private static final WorkerConfig CONFIG = WorkerConfig.DEFAULT;

    private Simulator simulator = start("{}");
    private ProviderCalls calls = calls();

    private static Simulator start(String settings) {
        return Simulator.start(SimulatorSettings.parse("test", settings), "127.0.0.1", 0);
    }

    private void simulate(String settings) {
        close();
        simulator = start(settings);
        calls = calls();
    }

    private ProviderCalls calls() {
        var slots = SlotBounds.of(CONFIG, 1);
        return ProviderCalls.overHttp(
                CONFIG,
                List.of(),
                ExpiringKey.MISSING,
                slots,
                Map.of(
                        "openai",
                        provider(Wire.OPENAI, "/v1"),
                        "anthropic",
                        provider(Wire.ANTHROPIC, "")),
                AnswerLimits.of(CONFIG, slots, 1 << 20),
                ChunkLog.NONE,
                InstantSource.system(),
                System::nanoTime);
    }

    private ProviderConfig provider(Wire wire, String path) {
        return ProviderConfig.of(wire, URI.create(simulator.baseUri() + path));
    }

    @AfterEach
    void close() {
        calls.close();
        simulator.close();
    }

    private CallReport report(String url, String fields) throws Exception {
        String provider = url.equals("/v1/messages") ? "anthropic" : "openai";
        String record =
                "{\"custom_id\":\"c\",\"url\":\"%s\",\"body\":{\"model\":\"m\",%s}}"
                        .formatted(url, fields);
        var report = new CompletableFuture<CallReport>();
        calls.start(
                new CallRequest(
                        JobId.of("t", "b", "c"),
                        1,
                        model(url, provider),
                        record.getBytes(UTF_8),
                        null,
                        0,
                        Window.open(System.nanoTime())),
                report::complete);
        return report.get();
    }

    private static Model model(String url, String provider) {
        return url.equals("/v1/embeddings")
                ? Catalog.shipped()
                        .find("text-embedding-3-small")
                        .orElseThrow()
                        .servedBy(provider, "m")
                : Model.of("m", provider, Price.of("1", "2"));
    }

    private static Stream<Arguments> jobs() {
        return Stream.of(
                Arguments.of(
                        "/v1/chat/completions",
                        "\"n\":3,\"messages\":[{\"role\":\"user\",\"content\":\"Où est mon colis ? 📦\"}]"),
                Arguments.of("/v1/completions", "\"prompt\":\"Once upon a time\",\"max_tokens\":7"),
                Arguments.of(
                        "/v1/responses",
                        "\"input\":\"Where is my parcel?\",\"reasoning\":{\"effort\":\"low\"}"),
                Arguments.of(
                        "/v1/messages",
                        "\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"Where is my parcel?\"}]"),
                Arguments.of(
                        "/v1/chat/completions",
                        TOOLS.formatted("function", "parameters", SCHEMA)
                                + "\"n\":2,\"thinking\":{\"type\":\"enabled\"},\"messages\":[{\"role\":\"user\",\"content\":\"Rain?\"}]"),
                Arguments.of(
                        "/v1/responses",
                        TOOLS.formatted("function", "parameters", SCHEMA)
                                + "\"reasoning\":{\"effort\":\"low\",\"summary\":\"auto\"},\"input\":\"Rain?\""),
                Arguments.of(
                        "/v1/messages",
                        TOOLS.formatted("custom", "input_schema", SCHEMA)
                                + "\"thinking\":{\"type\":\"adaptive\"},\"max_tokens\":500,\"messages\":[{\"role\":\"user\",\"content\":\"Rain?\"}]"));
    }

    @ParameterizedTest
    @MethodSource("jobs")
    void streamedAnswerEqualsTheUnstreamedOne(String url, String fields) throws Exception {
        CallReport plain = report(url, fields);
        CallReport streamed = report(url, fields + ",\"stream\":true");

        assertThat(plain.firstToken()).isNull();
        assertThat(streamed.firstToken()).isPositive().isLessThanOrEqualTo(streamed.took());
        assertThat(body(streamed)).isEqualTo(body(plain));
        assertThat(streamed.verdict().billing())
                .isInstanceOf(Billing.Billed.class)
                .isEqualTo(plain.verdict().billing());
    }

    @ParameterizedTest
    @MethodSource("jobs")
    void streamThatIsCutIsABrokenConnectionAndMayHaveBeenBilled(String url, String fields)
            throws Exception {
        simulate("{\"models\":{\"*\":{\"failures\":{\"drop_mid_body\":1}}}}");

        CallReport cut = report(url, fields + ",\"stream\":true");

        assertThat(cut.called()).isTrue();
        assertThat(cut.firstToken()).isNull();
        assertThat(cut.verdict())
                .isInstanceOfSatisfying(
                        Verdict.Failed.class,
                        failed -> {
                            assertThat(failed.error()).isEqualTo(ErrorCode.CONNECTION_ERROR);
                            assertThat(failed.billing()).isEqualTo(Billing.UNCERTAIN);
                        });
    }

    @Test
    void embeddingsAreAnsweredUnstreamed() throws Exception {
        CallReport report = report("/v1/embeddings", "\"input\":\"a\",\"stream\":true");

        assertThat(report.firstToken()).isNull();
        assertThat(body(report).path("data").size()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("jobs")
    void streamedRefusalIsBilledLikeTheUnstreamedOne(String url, String fields) throws Exception {
        simulate("{\"models\":{\"*\":{\"failures\":{\"refusal\":1}}}}");

        assertThat(report(url, fields + ",\"stream\":true").verdict().billing())
                .isEqualTo(report(url, fields).verdict().billing());
    }

    private static JsonNode body(CallReport report) {
        assertThat(report.verdict()).isInstanceOf(Verdict.Answered.class);
        var body = (ProviderBody.Json) ((Verdict.Answered) report.verdict()).response().body();
        return comparable(JSON.readTree(body.bytes()));
    }

    private static JsonNode comparable(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(OF_ONE_CALL);
        }
        node.forEach(SimulatedStreamsTest::comparable);
        return node;
    }
}
