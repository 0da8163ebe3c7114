package dev.millrace.gateway.estimate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.submission.Submission;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class BatchEstimatorTest {
    private static final int MAX_LINE_BYTES = 1_000;
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
    private static final Instant END = Instant.parse("2026-11-20T12:00:00Z");

    private static BatchEstimator estimator(CostForecast forecast) {
        return new BatchEstimator(
                (_, _, _) -> forecast,
                () -> ControlState.EMPTY,
                MAX_LINE_BYTES,
                InstantSource.fixed(NOW));
    }

    private static Submission batch(String tenant) {
        return new Submission(
                "batch_0",
                tenant,
                new Submission.InputFile("file-0", Optional.empty()),
                Endpoint.CHAT_COMPLETIONS,
                "24h",
                Map.of(),
                NOW,
                NOW.plusSeconds(86_400),
                Submission.Spending.NONE,
                Optional.empty(),
                "ada",
                Optional.empty());
    }

    private static String line(long customId, String model) {
        return "{\"custom_id\":\"%d\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"%s\",\"messages\":[]}}\n"
                .formatted(customId, model);
    }

    private static InputStream content(String... lines) {
        return new ByteArrayInputStream(String.join("", lines).getBytes(UTF_8));
    }

    /** Returns lines without an end. */
    private static InputStream endless() {
        return new InputStream() {
            private InputStream line = InputStream.nullInputStream();
            private long last;

            @Override
            public int read() throws IOException {
                var one = new byte[1];
                int count = read(one, 0, 1);
                return count < 0 ? count : Byte.toUnsignedInt(one[0]);
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = line.read(buffer, offset, length);
                while (count < 0) {
                    last++;
                    line = content(line(last, "a"));
                    count = line.read(buffer, offset, length);
                }
                return count;
            }
        };
    }

    private static JsonNode estimate(String... lines) throws Exception {
        return estimator(new CountedForecast(END)).estimate(batch("acme"), content(lines)).toJson();
    }

    @Test
    void costsAreSummedByModel() throws Exception {
        JsonNode json = estimate(line(1, "a"), line(2, "b"), line(3, "b"));

        assertThat(json.path("lines").intValue()).isEqualTo(3);
        assertThat(json.path("errors").isNull()).isTrue();
        assertThat(json.path("refused").isNull()).isTrue();
        assertThat(json.path("jobs").intValue()).isEqualTo(3);
        assertThat(json.path("cost_usd").decimalValue()).isEqualByComparingTo("3");
        assertThat(json.path("worst_case_cost_usd").decimalValue()).isEqualByComparingTo("6");
        JsonNode second = json.path("by_model").get(1);
        assertThat(second.path("model").stringValue()).isEqualTo("b");
        assertThat(second.path("jobs").intValue()).isEqualTo(2);
        assertThat(second.path("input_tokens").intValue()).isEqualTo(20);
    }

    @Test
    void budgetSaysWhatItCovers() throws Exception {
        JsonNode worst = estimate(line(1, "a"));
        JsonNode expected = estimate(line(1, "a"), line(2, "a"), line(3, "a"));
        JsonNode no = estimate(line(1, "a"), line(2, "a"), line(3, "a"), line(4, "a"));

        assertThat(worst.path("budgets").get(0).path("covers").stringValue())
                .isEqualTo("worst_case");
        assertThat(expected.path("budgets").get(0).path("covers").stringValue())
                .isEqualTo("expected");
        assertThat(expected.path("fits").booleanValue()).isTrue();
        assertThat(no.path("budgets").get(0).path("covers").stringValue()).isEqualTo("no");
        assertThat(no.path("fits").booleanValue()).isFalse();
    }

    @Test
    void earliestEndIsComparedWithTheWindow() throws Exception {
        JsonNode json = estimate(line(1, "a"));

        assertThat(json.path("earliest_end").stringValue()).isEqualTo("2026-11-20T12:00:00Z");
        assertThat(json.path("in_time").booleanValue())
                .isEqualTo(!batch("acme").expiresAt().isBefore(END));
    }

    @Test
    void wrongLinesAreNamedAndCostNothing() throws Exception {
        JsonNode json =
                estimate(line(1, "a"), line(1, "a"), "nonsense\n", "\n", line(2, "unknown"));

        assertThat(json.path("lines").intValue()).isEqualTo(4);
        assertThat(json.path("jobs").intValue()).isEqualTo(1);
        JsonNode errors = json.path("errors").path("data");
        assertThat(errors.get(0).path("line").intValue()).isEqualTo(2);
        assertThat(errors.get(0).path("code").stringValue()).isEqualTo("duplicate_custom_id");
        assertThat(errors.get(1).path("line").intValue()).isEqualTo(3);
        assertThat(json.path("refused_lines").intValue()).isEqualTo(1);
        JsonNode refused = json.path("refused").path("data").get(0);
        assertThat(refused.path("line").intValue()).isEqualTo(5);
        assertThat(refused.path("code").stringValue()).isEqualTo("unknown_model");
    }

    @Test
    void estimateLeavesTheThreadsOfRequestsFree() throws Exception {
        var isVirtual = new AtomicReference<Boolean>();
        var forecast =
                new CountedForecast(END) {
                    @Override
                    public void add(long number, RequestLine request) {
                        isVirtual.set(Thread.currentThread().isVirtual());
                    }
                };
        var ended = new CompletableFuture<BatchEstimate>();

        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                ended.complete(
                                        estimator(forecast)
                                                .estimate(batch("acme"), content(line(1, "a"))));
                            } catch (IOException | InterruptedException e) {
                                ended.completeExceptionally(e);
                            }
                        })
                .join();

        assertThat(ended).isCompleted();
        assertThat(isVirtual.get()).isFalse();
    }

    @Test
    void tenantHasOneEstimateAtOnceUntilItEnds() throws Exception {
        var running = new CountDownLatch(1);
        var forecast =
                new CountedForecast(END) {
                    @Override
                    public void add(long number, RequestLine request) {
                        running.countDown();
                    }
                };
        BatchEstimator estimator = estimator(forecast);
        var ended = new CompletableFuture<Throwable>();
        Thread request =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        var _ = estimator.estimate(batch("acme"), endless());
                                    } catch (IOException | InterruptedException e) {
                                        ended.complete(e);
                                    }
                                });
        running.await();

        assertThatThrownBy(() -> estimator.estimate(batch("acme"), content(line(1, "a"))))
                .isInstanceOfSatisfying(
                        ApiError.class, it -> assertThat(it.code()).isEqualTo("too_many_estimates"))
                .hasMessageContaining("1 of a tenant");
        assertThat(estimator.estimate(batch("other"), content(line(1, "a"))).checked().lines())
                .isEqualTo(1);

        request.interrupt();
        assertThat(ended.join()).isInstanceOf(InterruptedException.class);
        assertThat(estimator.estimate(batch("acme"), content(line(1, "a"))).checked().lines())
                .isEqualTo(1);
    }

    @Test
    void failureOfTheFileIsPassedOn() {
        assertThatThrownBy(
                        () ->
                                estimator(new CountedForecast(END))
                                        .estimate(batch("a"), new PipedInputStream()))
                .isInstanceOf(IOException.class)
                .hasMessage("Pipe not connected");
    }
}
