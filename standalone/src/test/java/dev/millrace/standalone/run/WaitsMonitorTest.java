package dev.millrace.standalone.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.StoppedCalls;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.standalone.console.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WaitsMonitorTest {
    private static final StoppedCalls WRONG_KEY =
            new StoppedCalls("key 1 of openai", "the key is wrong; correct it");
    private static final StoppedCalls UNKNOWN_MODEL =
            new StoppedCalls("model qwen", "the model is unknown; correct it");

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(printed, true, UTF_8);
    private List<Waiting> waits = List.of();
    private Health worker = Health.ready("2 partitions");
    private final WaitsMonitor held =
            new WaitsMonitor(
                    new Terminal(stream, stream, false),
                    () -> Map.of("worker", worker),
                    () -> waits);

    private void tick(StoppedCalls... calls) {
        worker = Health.ready("2 partitions", List.of(calls));
        var _ = held.onTick(() -> {});
    }

    private List<String> lines() {
        return printed.toString(UTF_8).lines().toList();
    }

    @Test
    void eachCauseIsReportedOnce() {
        tick(WRONG_KEY);
        tick(WRONG_KEY);
        tick(WRONG_KEY, UNKNOWN_MODEL);

        assertThat(lines())
                .containsExactly(
                        "calls of key 1 of openai are stopped, and its jobs wait: the key is"
                                + " wrong; correct it",
                        "calls of model qwen are stopped, and its jobs wait: the model is"
                                + " unknown; correct it");
    }

    @Test
    void endOfEachCauseIsReportedOnce() {
        tick(WRONG_KEY, UNKNOWN_MODEL);
        tick(UNKNOWN_MODEL);
        tick();
        tick();

        assertThat(lines())
                .hasSize(4)
                .endsWith("calls of key 1 of openai continue", "calls of model qwen continue");
    }

    @Test
    void workerWithoutPartitionsEndsNoCause() {
        tick(WRONG_KEY);
        worker = Health.waiting("no partition is assigned");
        var _ = held.onTick(() -> {});
        tick(WRONG_KEY);

        assertThat(lines()).hasSize(1);
    }

    private static Waiting waiting(WaitingReason reason, String value) {
        return new Waiting("m", Optional.empty(), reason, value, Optional.empty(), 3);
    }

    @Test
    void eachReasonToWaitIsReportedOnceAndShownWhileItLasts() {
        waits =
                List.of(
                        waiting(WaitingReason.FOUND_LIMIT, "12 calls a minute"),
                        waiting(WaitingReason.BUDGET, "reported by its monitor"));
        assertThat(held.onTick(() -> {}))
                .isEqualTo(", m waits: found_limit: 12 calls a minute; 3 jobs; also budget");
        waits = List.of(waiting(WaitingReason.FOUND_LIMIT, "13 calls a minute"));
        assertThat(held.onTick(() -> {}))
                .isEqualTo(", m waits: found_limit: 13 calls a minute; 3 jobs");
        waits = List.of();
        assertThat(held.onTick(() -> {})).isEmpty();

        assertThat(lines())
                .singleElement()
                .asString()
                .endsWith("m waits: found_limit: 12 calls a minute; 3 jobs");
    }

    @Test
    void runWithoutCausesPrintsNothing() {
        tick();

        assertThat(lines()).isEmpty();
    }

    /** A run takes hours, so an early message has scrolled away, and its value has changed. */
    @Test
    void progressLineHasTheNumberTheValueAndTheEndOfAReason() {
        waits = List.of(waiting(WaitingReason.FOUND_LIMIT, "12 calls a minute"));
        var _ = held.onTick(() -> {});
        waits =
                List.of(
                        new Waiting(
                                "m",
                                Optional.empty(),
                                WaitingReason.FOUND_LIMIT,
                                "13 calls a minute",
                                Optional.of(Instant.parse("2026-11-20T12:00:05Z")),
                                345));

        assertThat(held.onTick(() -> {})).contains("13 calls a minute", "12:00:05", "345");
    }

    @Test
    void progressLineNamesTheReasonOfMostJobsAndShortensItsValue() {
        waits =
                List.of(
                        waiting(WaitingReason.PAUSE, "m, since 12:00 by ada"),
                        waiting(WaitingReason.FOUND_LIMIT, "x".repeat(100)).withJobs(4_000, false));

        assertThat(held.onTick(() -> {}))
                .isEqualTo(
                        ", m waits: found_limit: " + "x".repeat(60) + "…; 4,000 jobs; also pause");
    }

    @Test
    void reasonThatReturnsLaterIsReportedAgain() {
        waits = List.of(waiting(WaitingReason.PAUSE, "m, since 12:00 by ada"));
        var _ = held.onTick(() -> {});
        waits = List.of();
        var _ = held.onTick(() -> {});
        waits = List.of(waiting(WaitingReason.PAUSE, "m, since 15:00 by bob"));
        var _ = held.onTick(() -> {});

        assertThat(lines()).last().asString().contains("since 15:00 by bob");
    }
}
