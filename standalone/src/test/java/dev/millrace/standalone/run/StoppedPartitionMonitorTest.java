package dev.millrace.standalone.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.StoppedPartition;
import dev.millrace.contracts.service.StoppedPartition.Reason;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StoppedPartitionMonitorTest {
    private static final StoppedPartition FIRST =
            new StoppedPartition(
                    "jobs.m.normal-0", Reason.OFFSET_LOST, "its committed offset was lost");
    private static final StoppedPartition SECOND =
            new StoppedPartition("jobs.m.normal-1", Reason.OFFSET_LOST, "its offset was lost");

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(printed, true, UTF_8);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong stopped = new AtomicLong();
    private Health worker = Health.ready("2 partitions");
    private long nanos = Long.MAX_VALUE - 5;

    private final StoppedPartitionMonitor partitions =
            new StoppedPartitionMonitor(
                    new Terminal(stream, stream, false),
                    Path.of("data"),
                    () -> nanos,
                    meters,
                    () -> Map.of("worker", worker));

    StoppedPartitionMonitorTest() {
        meters.gauge("millrace.worker.partitions.stopped", stopped);
    }

    private void tick(StoppedPartition... now) {
        tick(now.length, Health.waitingFor(List.of(now)));
    }

    private void tick(long stoppedNow, Health health) {
        stopped.set(stoppedNow);
        worker = health;
        partitions.onTick(10, () -> {});
    }

    private List<String> lines() {
        return printed.toString(UTF_8).lines().toList();
    }

    @Test
    void stoppedPartitionIsReportedOnceWithAdvice() {
        tick(FIRST);
        tick(FIRST);

        assertThat(lines())
                .singleElement()
                .asString()
                .contains(
                        "jobs.m.normal-0 is stopped: its committed offset was lost",
                        "millrace up --accept-resend --data-dir data",
                        "--fresh");
    }

    @Test
    void resendIsNotAdvisedWhenItCannotHelp() {
        tick(
                new StoppedPartition(
                        "jobs.m.normal-0",
                        Reason.WRITES_REJECTED,
                        "its writes are rejected: no access"));

        assertThat(lines())
                .singleElement()
                .asString()
                .contains("no access", "until the cause is fixed")
                .doesNotContain("--accept-resend");
    }

    @Test
    void partitionThatStopsLaterIsReportedToo() {
        tick(FIRST);
        tick(SECOND, FIRST);

        assertThat(lines()).hasSize(2);
        assertThat(lines().getLast()).contains(SECOND.text(), "(and 1 more)");
    }

    @Test
    void otherProblemOfTheWorkerIsNotReportedAsTheReason() {
        tick(1, Health.waiting("results cannot be written: not enough replicas"));

        assertThat(lines()).singleElement().asString().contains("A partition is stopped");
    }

    @Test
    void stalledRunFails() {
        tick(FIRST);
        nanos += StallDetector.QUIET_PERIOD.toNanos();
        tick(FIRST);

        nanos += StallDetector.QUIET_PERIOD.toNanos();
        assertThatThrownBy(() -> tick(FIRST))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("10 jobs have no outcome, and the run is stalled");
    }
}
