package dev.millrace.router.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.router.entry.TreeStore;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.topology.TestClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

class WaitingRoomTest {
    private static final String GROUP = "0".repeat(64);
    private static final int PARTITION = 3;

    private final TestClock clock = new TestClock();
    private final TreeStore entries = new TreeStore();
    private final WaitingJobStore jobs = new WaitingJobStore(entries);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> ended = new ArrayList<>();
    private final List<UnreadableJob> buried = new ArrayList<>();
    private final WaitingRoom<JobHeaders> room =
            new WaitingRoom<>(
                    jobs,
                    new Headers(),
                    "test",
                    "something",
                    PARTITION,
                    () -> ControlState.EMPTY,
                    clock,
                    new InternalErrors(meters, NOPLogger.NOP_LOGGER));

    /** A handler whose jobs have no record but their headers. */
    private final class Headers implements WaitingRoom.JobHandler<JobHeaders> {
        @Override
        public JobHeaders read(byte[] stored) {
            try {
                return JobHeaders.read(WaitingRecord.decode(stored).headers());
            } catch (UnreadableHeader e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public JobHeaders headers(JobHeaders job) {
            return job;
        }

        @Override
        public void end(WaitingJob waiting, JobHeaders job, Rejection why) {
            jobs.remove(waiting);
            ended.add(job.jobId() + ": " + why.message());
        }

        @Override
        public Optional<WaitingJob> remove(String group, long sequence) {
            return jobs.removeUnreadable(group, sequence);
        }

        @Override
        public void bury(UnreadableJob job, String message) {
            buried.add(job);
        }
    }

    private JobId await(String id, Duration deadline) {
        var headers =
                new JobHeaders(
                        new JobHeaders.Identity(
                                JobId.of("acme", "batch", id), "acme", "batch", null),
                        new JobHeaders.Submission(
                                Priority.NORMAL, clock.instant().plus(deadline), clock.instant()),
                        new JobHeaders.Route("catalog", List.of("small"), PARTITION));
        var record = new RecordHeaders();
        headers.writeTo(record);
        jobs.add(
                WaitingJob.of(GROUP, jobs.nextSequence(), headers),
                new WaitingRecord(record, new byte[0], clock.millis()).encode());
        return headers.jobId();
    }

    /** Gives all entries of a kind a version that this router does not know. */
    private void damage(char kind) {
        entries.entries(kind)
                .forEach(
                        (key, value) -> {
                            value[0] = 99;
                            entries.put(key, value);
                        });
    }

    private void pass(Duration time) {
        clock.advance(time);
        var _ = room.onTick();
    }

    @Test
    void deadlinesTakeEffectOnceASecond() {
        JobId job = await("a", Duration.ofMillis(400));
        pass(Duration.ZERO);
        pass(Duration.ofMillis(500));
        assertThat(ended).isEmpty();

        pass(Duration.ofMillis(500));

        assertThat(ended).singleElement().asString().startsWith(job + ": the deadline");
        assertThat(jobs.waiting()).isZero();
    }

    @Test
    void unreadableJobIsBuriedUnderItsName() {
        JobId job = await("a", Duration.ofSeconds(1));
        damage('W');

        pass(Duration.ofSeconds(1));

        assertThat(buried)
                .extracting(it -> Objects.requireNonNull(it.job()).jobId())
                .containsExactly(job);
        assertThat(ended).isEmpty();
        assertThat(meters.get("millrace.router.internal.errors").counter().count()).isEqualTo(1);
    }

    @Test
    void jobThatNothingNamesIsBuriedWithItsPartition() {
        var _ = await("a", Duration.ofSeconds(1));
        damage('W');
        damage('D');

        pass(Duration.ofSeconds(1));

        assertThat(buried).extracting(UnreadableJob::job).containsOnlyNulls();
        assertThat(buried.getFirst().origin().partition()).isEqualTo(PARTITION);
        assertThat(jobs.waiting()).isZero();
    }

    @Test
    void unreadableDeadlineIsReadFromTheRecord() {
        JobId job = await("a", Duration.ofSeconds(1));
        JobId later = await("b", Duration.ofSeconds(2));
        damage('D');

        pass(Duration.ofSeconds(1));
        assertThat(ended).singleElement().asString().startsWith(job.toString());
        pass(Duration.ofSeconds(1));

        assertThat(ended.getLast()).startsWith(later.toString());
        assertThat(buried).isEmpty();
    }
}
