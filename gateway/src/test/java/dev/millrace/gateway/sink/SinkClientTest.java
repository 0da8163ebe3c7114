package dev.millrace.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.config.Secret;
import dev.millrace.contracts.config.provider.TlsSettings;
import dev.millrace.contracts.job.JobId;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SinkClientTest {
    private static final String BATCH =
            """
            {"tenant":"a c","batch":"b/1","results":5,"succeeded":3,"failed":2,"dead_letters":5,
             "first_finished_at":null,"last_finished_at":"2026-11-20T08:00:00Z",
             "errors":[{"code":"deadline_exceeded","jobs":2,"dead_letters":0},
                       {"code":"duplicate","jobs":0,"dead_letters":4},
                       {"code":"malformed_request","jobs":0,"dead_letters":1}]}
            """;

    private FakeSink sink;
    private SinkClient client;

    @BeforeEach
    void start() throws IOException {
        sink = new FakeSink();
        client = new SinkClient(sink.settings());
    }

    @AfterEach
    void stop() {
        client.close();
        sink.close();
    }

    @Test
    void countsOfABatchAreRead() throws IOException {
        sink.answer("batches/b%2F1?tenant=a%20c", 200, BATCH);

        BatchCounts counts = client.batch("a c", "b/1").orElseThrow();

        assertThat(counts.succeeded()).isEqualTo(3);
        assertThat(counts.failed()).isEqualTo(2);
        // Without the repeats: their lines have results, too.
        assertThat(counts.deadLetters()).isEqualTo(1);
        assertThat(counts.ended()).isEqualTo(6);
        assertThat(counts.errors("deadline_exceeded")).isEqualTo(2);
        assertThat(counts.errors("cancelled")).isZero();
        assertThat(counts.lastFinished()).contains(Instant.parse("2026-11-20T08:00:00Z"));
    }

    @Test
    void resultsAreStreamedAfterALine() throws IOException {
        sink.answer("batches/b/results?after=7&tenant=t", 200, "{}\n{}\n");

        try (InputStream results = client.results("t", "b", OptionalLong.of(7)).orElseThrow()) {
            assertThat(new String(results.readAllBytes(), UTF_8)).isEqualTo("{}\n{}\n");
        }
    }

    @Test
    void whatIsNotStoredIsEmpty() throws IOException {
        JobId job = JobId.of("t", "b", "1");

        assertThat(client.batch("t", "b")).isEmpty();
        assertThat(client.results("t", "b", OptionalLong.empty())).isEmpty();
        assertThat(client.result(job)).isEmpty();

        sink.answer("results/" + job, 200, "{\"id\":1}");
        assertThat(new String(client.result(job).orElseThrow(), UTF_8)).isEqualTo("{\"id\":1}");
    }

    @Test
    void usageIsReadWithItsFilter() throws IOException {
        sink.answer("usage?tenant=a%26b", 200, "{\"jobs\":1}");

        assertThat(client.usage(Map.of("tenant", "a&b"))).asString().isEqualTo("{\"jobs\":1}");
    }

    @Test
    void keyIsSentAndNeverShown() throws IOException {
        var settings =
                new SinkSettings(
                        sink.settings().url(),
                        Optional.of(Secret.of("secret-key")),
                        TlsSettings.DEFAULT,
                        Duration.ofMinutes(10));
        try (var withKey = new SinkClient(settings)) {
            assertThat(withKey.batch("t", "b")).isEmpty();
        }

        assertThat(sink.keys()).containsExactly("Bearer secret-key");
        assertThat(settings.toString()).doesNotContain("secret-key");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void refusedKeyIsNamedAsTheReason(int status) {
        sink.answer("batches/b?tenant=t", status, "");

        assertThatThrownBy(() -> client.batch("t", "b"))
                .isInstanceOf(SinkException.class)
                .hasMessageContaining("refuses the gateway's key");
    }

    @Test
    void failingSinkIsAnErrorWithItsStatus() {
        sink.answer("batches/b?tenant=t", 503, "");

        assertThatThrownBy(() -> client.batch("t", "b"))
                .isInstanceOf(SinkException.class)
                .hasMessageContaining("status 503");
    }

    @Test
    void refusalOfOneMoreReaderTellsWhenToRepeat() {
        sink.answer("batches/b/results?tenant=t", 429, "");

        assertThatThrownBy(() -> client.results("t", "b", OptionalLong.empty()))
                .isInstanceOfSatisfying(
                        SinkException.class,
                        it -> assertThat(it.retryAfter()).contains(Duration.ofSeconds(7)));
    }

    @Test
    void otherServerIsAnError() {
        sink.answer("batches/b?tenant=t", 200, "<html>");

        assertThatThrownBy(() -> client.batch("t", "b"))
                .isInstanceOf(SinkException.class)
                .hasMessageContaining("is not the usage API");
    }

    @Test
    void unreachableSinkIsAnErrorWithItsAddress() {
        URI url = sink.settings().url();
        sink.close();

        assertThatThrownBy(() -> client.batch("t", "b"))
                .isInstanceOf(SinkException.class)
                .hasMessageContaining("the sink at " + url + " cannot be reached");
    }
}
