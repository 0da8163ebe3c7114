package dev.millrace.worker.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.WorkerConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.ModelParameters;
import dev.millrace.contracts.catalog.StreamMode;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Wire;
import dev.millrace.contracts.money.Price;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.wire.sse.SseEvent;
import dev.millrace.wire.stream.AssembledAnswer;
import dev.millrace.wire.stream.StreamListener;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.http.ProviderRequest;
import dev.millrace.worker.http.Transport;
import dev.millrace.worker.port.ChunkLog;
import dev.millrace.worker.port.Providers.CallReport;
import dev.millrace.worker.port.Providers.CallRequest;
import dev.millrace.worker.port.Providers.Window;
import dev.millrace.worker.translate.OutgoingBodies;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderCallsTest {
    private Model model = Model.of("m", "p", Price.of("1", "2"));
    private final FakeTransport transport = new FakeTransport();
    private final ProviderCalls calls =
            new ProviderCalls(
                    transport,
                    Map.of("p", ProviderConfig.of(Wire.OPENAI, URI.create("http://h/v1"))),
                    ExpiringKey.MISSING,
                    new OutgoingBodies(List.of(), WorkerConfig.DEFAULT),
                    ChunkLog.NONE,
                    InstantSource.fixed(Instant.EPOCH),
                    ProviderCallsTest::now);

    /** A ticker that does not advance and is about to overflow. */
    private static long now() {
        return Long.MAX_VALUE - 3;
    }

    private CallReport report(String record, Window window) throws Exception {
        return report(record, null, window);
    }

    private CallReport report(String record, @Nullable Long limit, Window window) throws Exception {
        var report = new CompletableFuture<CallReport>();
        calls.start(
                new CallRequest(
                        JobId.of("t", "b", "c"),
                        1,
                        model,
                        record.getBytes(UTF_8),
                        limit,
                        0,
                        window),
                report::complete);
        return report.get();
    }

    private CallReport report(Window window) throws Exception {
        return report(
                """
                {"custom_id":"c","method":"POST","url":"/v1/chat/completions",\
                "body":{"model":"m","messages":[]}}""",
                window);
    }

    /** Returns one answer for every call. */
    static final class FakeTransport implements Transport {
        static final ExchangeEnd.Responded ANSWER = responded(200, "{\"choices\":[{}]}");

        final List<ProviderRequest> sent = new ArrayList<>();
        final List<SseEvent> events = new ArrayList<>();
        ExchangeEnd exchange = ANSWER;
        @Nullable RuntimeException fault;

        static ExchangeEnd.Responded responded(int status, String body) {
            return new ExchangeEnd.Responded(status, ResponseHeaders.NONE, body.getBytes(UTF_8));
        }

        @Override
        public ExchangeEnd exchange(
                ProviderRequest outgoing, String model, Window window, StreamListener listener) {
            sent.add(outgoing);
            events.forEach(listener::onEvent);
            if (fault != null) {
                throw fault;
            }
            return exchange;
        }

        @Override
        public void close() {}
    }

    @Nested
    class InTheSendWindow {
        @Test
        void callIsMade() throws Exception {
            CallReport report = report(new Window(now() + 1, now() + 10));

            assertThat(report.called()).isTrue();
            assertThat(report.verdict()).isInstanceOf(Verdict.Answered.class);
            assertThat(transport.sent).hasSize(1);
        }
    }

    @Nested
    class WithRenamedKeys {
        @Test
        void limitOfTheBodyAndAddedLimitHaveTheModelsName() throws Exception {
            model =
                    new ConfigLoader(Map.of())
                            .parse(
                                    "m.yaml",
                                    """
                                    providers: { p: { wire: openai, base_url: "https://h" } }
                                    models:
                                      m:
                                        provider: p
                                        price: { input: 1, output: 1 }
                                        parameters: { rename: { max_tokens: max_completion_tokens } }
                                    """)
                            .catalog()
                            .find("m")
                            .orElseThrow();

            assertThat(sent(",\"max_tokens\" : 7,\"metadata\":{\"max_tokens\":8}", null))
                    .isEqualTo(
                            "{\"model\":\"m\",\"max_completion_tokens\" : 7,\"metadata\":{\"max_tokens\":8}}");
            assertThat(sent("", 9L)).isEqualTo("{\"model\":\"m\",\"max_completion_tokens\":9}");
        }

        private String sent(String fields, @Nullable Long limit) throws Exception {
            report(
                    "{\"custom_id\":\"c\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\"%s}}"
                            .formatted(fields),
                    limit,
                    Window.open(now()));
            return new String(transport.sent.getLast().body(), UTF_8);
        }
    }

    @Nested
    class WithAnOutputLimit {
        private String sent(String url, String fields) throws Exception {
            String record =
                    "{\"custom_id\":\"c\",\"url\":\"%s\",\"body\":{%s\"model\": \"m\" ,\"x\":1.0}}"
                            .formatted(url, fields);
            report(record, 4_096L, Window.open(now()));
            return new String(transport.sent.getLast().body(), UTF_8);
        }

        @ParameterizedTest
        @CsvSource({
            "/v1/chat/completions, max_tokens",
            "/v1/completions, max_tokens",
            "/v1/responses, max_output_tokens"
        })
        void limitIsAddedToAnOtherwiseUnchangedBody(String url, String key) throws Exception {
            assertThat(sent(url, ""))
                    .isEqualTo("{\"model\": \"m\",\"" + key + "\":4096 ,\"x\":1.0}");
        }

        @Test
        void limitOfTheBodyIsKept() throws Exception {
            String own = "\"max_completion_tokens\":50,";

            assertThat(sent("/v1/chat/completions", own))
                    .isEqualTo("{" + own + "\"model\": \"m\" ,\"x\":1.0}");
        }

        @Test
        void limitIsAddedBesideANullOne() throws Exception {
            String own = "\"max_completion_tokens\":null,";

            assertThat(sent("/v1/chat/completions", own))
                    .isEqualTo("{" + own + "\"model\": \"m\" ,\"x\":1.0,\"max_tokens\":4096}");
        }

        @Test
        void embeddingsGetNoLimit() throws Exception {
            model =
                    Catalog.shipped()
                            .find("text-embedding-3-small")
                            .orElseThrow()
                            .servedBy("p", "m");

            assertThat(sent("/v1/embeddings", "")).isEqualTo("{\"model\": \"m\" ,\"x\":1.0}");
        }
    }

    @Nested
    class AStreamedJob {
        private String sent(StreamMode mode, String url, String fields) throws Exception {
            model = streamed(mode, Set.of(Endpoints.known().of(url).orElseThrow()));
            String record =
                    "{\"custom_id\":\"c\",\"url\":\"%s\",\"body\":{\"model\": \"m\"%s}}"
                            .formatted(url, fields);
            report(record, null, Window.open(now()));
            return new String(transport.sent.getLast().body(), UTF_8);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "/v1/chat/completions | ,\"stream\":true | ,\"stream\":true,\"stream_options\":{\"include_usage\":true}",
                    "/v1/chat/completions | ,\"stream\":true,\"stream_options\":{\"x\":1,\"include_usage\":false} | ,\"stream\":true,\"stream_options\":{\"x\":1,\"include_usage\":true}",
                    "/v1/chat/completions | ,\"stream\":false,\"x\":1.0 | ,\"x\":1.0",
                    "/v1/completions | ,\"stream\":true | ,\"stream\":true,\"stream_options\":{\"include_usage\":true}",
                    "/v1/responses | ,\"stream\":true,\"stream_options\":{\"include_obfuscation\":false} | ,\"stream\":true",
                    "/v1/embeddings | ,\"stream\":true,\"input\":\"a\" | ,\"input\":\"a\"",
                })
        void bodyAsksForTheStreamAndItsUsage(String url, String fields, String expected)
                throws Exception {
            assertThat(sent(StreamMode.AUTO, url, fields))
                    .isEqualTo("{\"model\": \"m\"" + expected + "}");
        }

        @Test
        void modelThatIsAlwaysStreamedAddsTheStream() throws Exception {
            String url = "/v1/chat/completions";

            assertThat(sent(StreamMode.ALWAYS, url, ",\"stream\":null"))
                    .isEqualTo(
                            "{\"model\": \"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
            assertThat(sent(StreamMode.ALWAYS, "/v1/embeddings", ""))
                    .isEqualTo("{\"model\": \"m\"}");
        }

        @Test
        void modelThatIsNeverStreamedDropsTheStream() throws Exception {
            assertThat(
                            sent(
                                    StreamMode.NEVER,
                                    "/v1/chat/completions",
                                    ",\"stream\":true,\"stream_options\":{}"))
                    .isEqualTo("{\"model\": \"m\"}");
        }

        @Test
        void outputLimitIsAddedToo() throws Exception {
            String record =
                    "{\"custom_id\":\"c\",\"url\":\"/v1/responses\",\"body\":{\"model\":\"m\",\"stream\":true}}";
            report(record, 9L, Window.open(now()));

            assertThat(new String(transport.sent.getLast().body(), UTF_8))
                    .isEqualTo("{\"model\":\"m\",\"stream\":true,\"max_output_tokens\":9}");
        }

        @Test
        void timeToTheFirstTokenIsReportedForACompleteAnswer() throws Exception {
            transport.exchange =
                    streamed(new AssembledAnswer.Complete(FakeTransport.ANSWER.body()));
            assertThat(report(Window.open(now())).firstToken()).isEqualTo(Duration.ofNanos(2));

            transport.exchange = streamed(new AssembledAnswer.Incomplete("[DONE]"));
            CallReport cut = report(Window.open(now()));
            assertThat(cut.firstToken()).isNull();
            assertThat(cut.called()).isTrue();

            transport.exchange = FakeTransport.ANSWER;
            assertThat(report(Window.open(now())).firstToken()).isNull();
        }

        private static ExchangeEnd streamed(AssembledAnswer answer) {
            return new ExchangeEnd.Streamed(ResponseHeaders.NONE, answer, now() + 2);
        }

        private static Model streamed(StreamMode mode, Set<Endpoint> urls) {
            return Model.of("m", "p", Price.of("1", "2"))
                    .served(new Model.Upstream("p", "m", urls, mode, ModelParameters.DEFAULT));
        }
    }

    @Nested
    class AfterTheSendWindow {
        @Test
        void nothingIsSent() throws Exception {
            CallReport report = report(new Window(now(), now() + 10));

            assertThat(report.called()).isFalse();
            assertThat(report.verdict()).isEqualTo(new Verdict.SendWindowMissed());
            assertThat(report.line()).isNotNull();
            assertThat(transport.sent).isEmpty();
        }

        @Test
        void openConnectionIsNotUsed() throws Exception {
            transport.exchange = new ExchangeEnd.SendWindowMissed();

            CallReport report = report(new Window(now() + 1, now() + 10));

            assertThat(report.called()).isFalse();
            assertThat(report.verdict()).isEqualTo(new Verdict.SendWindowMissed());
        }
    }

    @Nested
    class AtTheDeadlineOfTheJob {
        private Verdict.Failed failed(boolean sent) throws Exception {
            transport.exchange = new ExchangeEnd.Expired(sent);
            return (Verdict.Failed) report(Window.open(now())).verdict();
        }

        @Test
        void runningCallIsUncertain() throws Exception {
            assertThat(failed(true).error()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
            assertThat(failed(true).billing()).isEqualTo(Billing.UNCERTAIN);
        }

        @Test
        void unsentCallIsNotBilled() throws Exception {
            assertThat(failed(false).error()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
            assertThat(failed(false).billing()).isEqualTo(Billing.NOTHING);
        }

        @Test
        void unsentCallIsNotAnAttempt() throws Exception {
            transport.exchange = new ExchangeEnd.Expired(false);
            assertThat(report(Window.open(now())).called()).isFalse();

            transport.exchange = new ExchangeEnd.Expired(true);
            assertThat(report(Window.open(now())).called()).isTrue();
        }
    }

    @Nested
    class AFaultOfTheWorker {
        @Test
        void afterTheCallWasSentKeepsTheLineThatBoundsItsCost() throws Exception {
            transport.fault = new IllegalStateException("test");

            CallReport report = report(Window.open(now()));

            assertThat(report.called()).isTrue();
            assertThat(report.verdict().billing()).isEqualTo(Billing.UNCERTAIN);
            assertThat(report.line()).isNotNull();
        }
    }

    @Nested
    class ARecordThatIsNotAJob {
        @Test
        void isNotCalled() throws Exception {
            CallReport report = report("{}", Window.open(now()));

            assertThat(report.called()).isFalse();
            assertThat(report.unreadable()).isNotEmpty();
        }
    }
}
