package dev.millrace.gateway.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.header.AnswerWait.Chunks;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.OnUnavailable;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.job.RequestLine;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobLineTest {
    private static final Instant DEADLINE = Instant.parse("2026-11-23T12:00:00Z");

    private static RequestLine line(String body, @Nullable String digest) {
        return JobLine.of(
                new JobCall(
                        "acme",
                        "b\"1",
                        Optional.empty(),
                        Endpoint.CHAT_COMPLETIONS,
                        body.getBytes(UTF_8),
                        Map.of(),
                        DEADLINE,
                        Optional.empty(),
                        new AnswerWait(Chunks.NONE, new OnUnavailable(Duration.ofSeconds(5)))),
                "req_1",
                digest);
    }

    private static RequestLine named(String options) {
        return JobLine.of(
                new JobCall(
                        "acme",
                        "b",
                        Optional.empty(),
                        Endpoint.CHAT_COMPLETIONS,
                        ("{\"model\":\"m\",\"millrace\":" + options + "}").getBytes(UTF_8),
                        Map.of(),
                        DEADLINE,
                        new JobCall.ClientIds(
                                Optional.empty(), Optional.of("r:1"), Optional.empty()),
                        AnswerWait.PATIENT),
                "req_1",
                null);
    }

    @Test
    void requestIdIsAnOptionUnlessTheOptionsNameOne() {
        assertThat(named("{}").options().labels().requestId()).isEqualTo("r:1");
        assertThat(named("{\"request_id\":\"r2\"}").options().labels().requestId()).isEqualTo("r2");
    }

    private static String body(RequestLine line) {
        return new String(line.bytes(), line.body().start(), line.body().length(), UTF_8);
    }

    @Test
    void bodyKeepsItsBytes() {
        String body = "{ \"model\" : \"auto\",\"x\":1.0e2, \"messages\":[] }";

        assertThat(body(line(body, null))).isEqualTo(body);
    }

    @Test
    void optionsMoveFromTheBodyToTheLine() {
        RequestLine line =
                line(
                        """
                        {"model":"auto","millrace":{"priority":"low","cache":"none","max_cost_usd":0.5,
                        "fallback":["qwen-turbo"],"metadata":{"queue":"a"}},"messages":[]}\
                        """,
                        null);

        assertThat(body(line)).isEqualTo("{\"model\":\"auto\",\"messages\":[]}");
        assertThat(line.options().priority()).isEqualTo(Priority.LOW);
        assertThat(line.options().cache()).isEqualTo(CacheMode.NONE);
        assertThat(line.options().maxCostUsd()).isEqualByComparingTo("0.5");
        assertThat(line.options().fallback()).containsExactly("qwen-turbo");
        assertThat(line.options().metadata()).isEqualTo("{\"queue\":\"a\"}");
        assertThat(line.options().tenant()).isEqualTo("acme");
        assertThat(line.options().batch()).isEqualTo("b\"1");
    }

    @Test
    void earlierDeadlineOfTheClientHolds() {
        assertThat(
                        line(
                                        "{\"model\":\"m\",\"millrace\":{\"deadline\":\"2026-11-23T11:00:00Z\"}}",
                                        null)
                                .options()
                                .deadline())
                .isEqualTo("2026-11-23T11:00:00Z");
        assertThat(
                        line(
                                        "{\"model\":\"m\",\"millrace\":{\"deadline\":\"2026-11-24T11:00:00Z\"}}",
                                        null)
                                .options()
                                .deadline())
                .isEqualTo(DEADLINE);
    }

    @Test
    void callDoesNotWaitLongForAnUnavailableModel() {
        assertThat(line("{\"model\":\"m\"}", null).options().onUnavailable())
                .isEqualTo(new OnUnavailable(Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait", "fail", "2m"})
    void clientSaysHowLongItWaitsForAnUnavailableModel(String said) {
        String body = "{\"model\":\"m\",\"millrace\":{\"on_unavailable\":\"" + said + "\"}}";

        assertThat(line(body, null).options().onUnavailable())
                .isEqualTo(OnUnavailable.of(said).orElseThrow());
    }

    @Test
    void digestJoinsTheMetadata() {
        assertThat(line("{\"model\":\"m\"}", "d1").options().metadata())
                .isEqualTo("{\"idempotency_digest\":\"d1\"}");
        assertThat(
                        line("{\"model\":\"m\",\"millrace\":{\"metadata\":{\"a\":1}}}", "d1")
                                .options()
                                .metadata())
                .isEqualTo("{\"a\":1,\"idempotency_digest\":\"d1\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"model\":\"m\"} {}",
                "{\"model\":\"m\"},\"custom_id\":\"other\"",
                "{\"model\":\"m\"}}",
                "{\"model\":7}",
                "{}",
                "{\"model\":\"m\",\"millrace\":7}",
                "{\"model\":\"m\",\"millrace\":{\"tenant\":\"globex\"}}",
                "{\"model\":\"m\",\"millrace\":{\"batch\":\"other\"}}",
                "{\"model\":\"m\",\"millrace\":{\"priority\":\"soon\"}}",
                "{\"model\":\"m\",\"millrace\":{\"deadline\":\"soon\"}}",
                "{\"model\":\"m\",\"millrace\":{\"metadata\":\"text\"}}",
                "{\"model\":\"m\",\"millrace\":{\"unknown\":1}}",
                "{\"model\":\"m\",\"millrace\":{},\"millrace\":{}}"
            })
    void invalidBodiesAreRefused(String body) {
        for (String digest : new @Nullable String[] {null, "d1"}) {
            assertThatThrownBy(() -> line(body, digest))
                    .isInstanceOfSatisfying(
                            JobRefusal.class,
                            it -> assertThat(it.reason()).isEqualTo(JobRefusal.Reason.INVALID));
        }
    }

    @Test
    void refusalNamesTheKeyAsTheClientWroteIt() {
        assertThatThrownBy(() -> line("{\"messages\":[]}", null))
                .isInstanceOfSatisfying(
                        JobRefusal.class,
                        it -> {
                            assertThat(it.param()).isEqualTo("model");
                            assertThat(it).hasMessage("model is missing");
                        });
    }
}
