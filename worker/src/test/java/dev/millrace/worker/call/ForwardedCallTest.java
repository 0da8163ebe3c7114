package dev.millrace.worker.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.WorkerConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Wire;
import dev.millrace.contracts.money.Price;
import dev.millrace.wire.sse.SseEvent;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.call.ProviderCallsTest.FakeTransport;
import dev.millrace.worker.port.ChunkLog;
import dev.millrace.worker.port.Providers.CallReport;
import dev.millrace.worker.port.Providers.CallRequest;
import dev.millrace.worker.port.Providers.Window;
import dev.millrace.worker.translate.AddedFields;
import dev.millrace.worker.translate.BodyAdditions;
import dev.millrace.worker.translate.OutgoingBodies;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which events of a call are forwarded. */
class ForwardedCallTest {
    private static final JobId JOB = JobId.of("t", "b", "c");

    private final FakeTransport transport = new FakeTransport();
    private final RecordedChunks chunks = new RecordedChunks();
    private final ProviderCalls calls =
            new ProviderCalls(
                    transport,
                    Map.of(
                            "openai", ProviderConfig.of(Wire.OPENAI, URI.create("http://o/v1")),
                            "anthropic", ProviderConfig.of(Wire.ANTHROPIC, URI.create("http://a"))),
                    ExpiringKey.MISSING,
                    new OutgoingBodies(List.of(), WorkerConfig.DEFAULT),
                    chunks,
                    InstantSource.fixed(Instant.EPOCH),
                    () -> 0);

    /** Records forwarded events in order. */
    private static final class RecordedChunks implements ChunkLog {
        final List<String> log = new CopyOnWriteArrayList<>();

        @Override
        public Preview open(JobId job, int attempt) {
            log.add("open " + attempt);
            return new Preview() {
                @Override
                public void onEvent(SseEvent event) {
                    log.add(new String(event.data(), UTF_8));
                }

                @Override
                public void onAnswered() {
                    log.add("answered");
                }

                @Override
                public boolean hasForwarded() {
                    return log.contains("{}");
                }

                @Override
                public void close() {
                    log.add("close");
                }
            };
        }

        @Override
        public void close() {
            log.add("closed");
        }
    }

    ForwardedCallTest() {
        transport.events.add(new SseEvent("", "{}".getBytes(UTF_8)));
    }

    private CallReport call(Model model, String fields, boolean streamsChunks) throws Exception {
        String line =
                """
                {"custom_id":"c","url":"/v1/chat/completions",\
                "body":{"model":"m","messages":[{"role":"user","content":"Hi"}]%s}}"""
                        .formatted(fields);
        var report = new CompletableFuture<CallReport>();
        calls.start(
                new CallRequest(
                        JOB,
                        JOB.value(),
                        3,
                        model,
                        line.getBytes(UTF_8),
                        new BodyAdditions(null, AddedFields.NONE),
                        0,
                        Window.open(0),
                        streamsChunks),
                report::complete);
        return report.get();
    }

    private static Model model(String provider) {
        return Model.of("m", provider, Price.of("1", "2"));
    }

    @Test
    void eventsOfAnAnswerAreForwarded() throws Exception {
        var report = call(model("openai"), ",\"stream\":true", true);

        assertThat(chunks.log).containsExactly("open 3", "{}", "answered", "close");
        assertThat(report.isForwarded()).isTrue();
    }

    @Test
    void failedAttemptEndsWithoutAnAnswer() throws Exception {
        transport.exchange = new ExchangeEnd.Broken("reset", true);

        var report = call(model("openai"), ",\"stream\":true", true);

        assertThat(chunks.log).containsExactly("open 3", "{}", "close");
        assertThat(report.isForwarded()).isTrue();
    }

    @Test
    void faultOfTheWorkerEndsThePreview() throws Exception {
        transport.fault = new IllegalStateException("a bug");

        var _ = call(model("openai"), ",\"stream\":true", true);

        assertThat(chunks.log).containsExactly("open 3", "{}", "close");
    }

    @ParameterizedTest
    @CsvSource({
        "openai, ',\"stream\":true', false",
        "openai, ',\"stream\":false', true",
        "openai, '', true",
        // Translated to another wire; its events would be useless.
        "anthropic, ',\"stream\":true', true",
    })
    void othersForwardNothing(String provider, String fields, boolean streamsChunks)
            throws Exception {
        var report = call(model(provider), fields, streamsChunks);

        assertThat(chunks.log).isEmpty();
        assertThat(report.isForwarded()).isFalse();
    }

    @Test
    void modelThatIsNeverStreamedForwardsNothing() throws Exception {
        var model =
                new ConfigLoader(Map.of())
                        .parse("test", "models: { gpt-4.1: { stream: never } }")
                        .catalog()
                        .find("gpt-4.1")
                        .orElseThrow();

        var _ = call(model, ",\"stream\":true", true);

        assertThat(transport.sent).hasSize(1);
        assertThat(chunks.log).isEmpty();
    }

    @Test
    void endOfTheCallsEndsTheForwarding() {
        calls.close();

        assertThat(chunks.log).containsExactly("closed");
    }
}
