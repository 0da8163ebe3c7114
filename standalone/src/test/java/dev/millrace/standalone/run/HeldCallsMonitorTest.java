package dev.millrace.standalone.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.service.Health;
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

class HeldCallsMonitorTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(printed, true, UTF_8);
    private List<Waiting> waits = List.of();
    private Health worker = Health.ready("2 partitions");
    private final HeldCallsMonitor held =
            new HeldCallsMonitor(
                    new Terminal(stream, stream, false),
                    () -> Map.of("worker", worker),
                    () -> waits);

    private void tick(String... causes) {
        worker = Health.ready("2 partitions", List.of(causes));
        var _ = held.onTick(() -> {});
    }

    private List<String> lines() {
        return printed.toString(UTF_8).lines().toList();
    }

    @Test
    void eachCauseIsReportedOnce() {
        tick("the key is wrong");
        tick("the key is wrong");
        tick("the key is wrong", "the model is unknown");

        assertThat(lines())
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("the key is wrong"),
                        line -> assertThat(line).endsWith("the model is unknown"));
    }

    @Test
    void endOfAllCausesIsReported() {
        tick("the key is wrong");
        tick();
        tick();

        assertThat(lines()).hasSize(2).last().asString().endsWith("no calls are stopped any more");
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
