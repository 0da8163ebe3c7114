package dev.millrace.worker.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.Secret;
import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Wire;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.wire.stream.AssembledAnswer;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.port.ChunkLog;
import dev.millrace.worker.port.Providers.CallReport;
import dev.millrace.worker.port.Providers.CallRequest;
import dev.millrace.worker.port.Providers.Window;
import dev.millrace.worker.translate.OutgoingBodies;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A provider that repeats the key in its error. */
class RedactionTest {
    private static final String KEY = "sk-recognisable-key-4711";
    private static final String ECHO =
            """
            {"error":{"type":"authentication_error","message":"Incorrect API key provided: %s (é)"}}"""
                    .formatted(KEY);

    private final ProviderCallsTest.FakeTransport transport = new ProviderCallsTest.FakeTransport();

    private Verdict.Failed failure(ExchangeEnd exchange) throws Exception {
        return failure(KEY, exchange);
    }

    private Verdict.Failed failure(String key, ExchangeEnd exchange) throws Exception {
        var provider =
                ProviderConfig.of(Wire.OPENAI, URI.create("http://h/v1")).withKey(Secret.of(key));
        var calls =
                new ProviderCalls(
                        transport,
                        Map.of("p", provider),
                        ExpiringKey.MISSING,
                        new OutgoingBodies(List.of(), WorkerConfig.DEFAULT),
                        ChunkLog.NONE,
                        InstantSource.fixed(Instant.EPOCH),
                        () -> 0);
        transport.exchange = exchange;
        var report = new CompletableFuture<CallReport>();
        calls.start(
                new CallRequest(
                        JobId.of("t", "b", "c"),
                        1,
                        Model.of("m", "p", Price.of("1", "2")),
                        """
                        {"custom_id":"c","method":"POST","url":"/v1/chat/completions",\
                        "body":{"model":"m","messages":[]}}"""
                                .getBytes(UTF_8),
                        null,
                        0,
                        Window.open(0)),
                report::complete);
        return (Verdict.Failed) report.get().verdict();
    }

    private static void containsNoKey(Verdict.Failed failure) {
        assertThat(failure.message()).contains("provided: *** (é)").doesNotContain(KEY);
        assertThat(Objects.requireNonNull(failure.response()).body())
                .isInstanceOfSatisfying(
                        ProviderBody.Json.class,
                        it ->
                                assertThat(new String(it.bytes(), UTF_8))
                                        .isEqualTo(ECHO.replace(KEY, "***")));
    }

    @Nested
    class InAnErrorResponse {
        @Test
        void messageAndBodyContainNoKey() throws Exception {
            var failure = failure(ProviderCallsTest.FakeTransport.responded(401, ECHO));

            assertThat(failure.error()).isEqualTo(ErrorCode.AUTHENTICATION_ERROR);
            containsNoKey(failure);
        }

        @Test
        void errorWithin200ContainsNoKey() throws Exception {
            containsNoKey(failure(ProviderCallsTest.FakeTransport.responded(200, ECHO)));
        }
    }

    @Nested
    class InAStream {
        @Test
        void errorEventContainsNoKey() throws Exception {
            containsNoKey(
                    failure(
                            new ExchangeEnd.Streamed(
                                    ResponseHeaders.NONE,
                                    new AssembledAnswer.Failed(ECHO.getBytes(UTF_8)),
                                    0)));
        }
    }

    @Test
    void shortKeyIsHiddenUnlessItIsAWord() throws Exception {
        assertThat(failure("lab-42", responded("the key lab-42 is wrong")).message())
                .contains("the key *** is wrong");
        assertThat(failure("EMPTY", responded("the list is EMPTY")).message())
                .contains("the list is EMPTY");
    }

    private static ExchangeEnd responded(String message) {
        return ProviderCallsTest.FakeTransport.responded(
                401, "{\"error\":{\"message\":\"" + message + "\"}}");
    }

    @Test
    void requestIdContainsNoKey() throws Exception {
        var headers = new ResponseHeaders(Map.of("x-request-id", "id of " + KEY));
        var failure = failure(new ExchangeEnd.Responded(401, headers, ECHO.getBytes(UTF_8)));

        assertThat(Objects.requireNonNull(failure.response()).requestId()).isEqualTo("id of ***");
    }

    @Test
    void sentRequestShowsNoKey() throws Exception {
        failure(ProviderCallsTest.FakeTransport.responded(401, ECHO));

        assertThat(transport.sent.getFirst().headers()).containsValue("Bearer " + KEY);
        assertThat(transport.sent.getFirst().toString()).doesNotContain(KEY);
    }
}
