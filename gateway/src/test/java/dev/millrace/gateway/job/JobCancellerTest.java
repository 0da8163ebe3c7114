package dev.millrace.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.job.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class JobCancellerTest {
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final JobId JOB = JobId.of("acme", "gateway", "one");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final List<JobId> done = new ArrayList<>();

    /** Its thread does not run. */
    private final JobCanceller canceller = new JobCanceller(_ -> {}, now::get, done::add);

    private void pass(Duration time) {
        now.updateAndGet(it -> it.plus(time));
        canceller.forgetOverdue();
    }

    @Test
    void jobThatNeverEndsIsForgottenSoonAfterItsDeadline() {
        assertThat(canceller.cancel("acme", JOB, START.plusSeconds(60))).isTrue();

        pass(Duration.ofSeconds(119));
        assertThat(canceller.awaits(JOB.value())).isTrue();
        assertThat(done).isEmpty();
        pass(Duration.ofSeconds(1));

        assertThat(canceller.awaits(JOB.value())).isFalse();
        assertThat(done).containsExactly(JOB);
        assertThat(canceller.cancel("acme", JOB, Instant.MAX)).isTrue();
    }

    @Test
    void jobWithoutADeadlineIsForgottenToo() {
        assertThat(canceller.cancel("acme", JOB, Instant.MAX)).isTrue();

        pass(Duration.ofMinutes(15));

        assertThat(done).containsExactly(JOB);
    }

    @Test
    void forgottenJobsMakeRoomForOthers() {
        for (int i = 0; i < JobCanceller.MAX_JOBS; i++) {
            assertThat(canceller.cancel("tenant-" + i, job(i), START)).isTrue();
        }
        assertThat(canceller.cancel("acme", JOB, START)).isFalse();

        pass(Duration.ofMinutes(1));

        assertThat(done).hasSize(JobCanceller.MAX_JOBS);
        assertThat(canceller.cancel("acme", JOB, START)).isTrue();
    }

    @Test
    void jobsOfATenantLeaveHalfOfTheRoomToOthers() {
        for (int i = 0; i < JobCanceller.MAX_JOBS / 2; i++) {
            assertThat(canceller.cancel("globex", job(i), Instant.MAX)).isTrue();
        }

        assertThat(canceller.cancel("globex", job(-1), Instant.MAX)).isFalse();

        canceller.onEnded(job(0));
        assertThat(canceller.cancel("globex", job(-1), Instant.MAX)).isTrue();
        assertThat(canceller.cancel("acme", JOB, Instant.MAX)).isTrue();
    }

    private static JobId job(int number) {
        return JobId.of("acme", "gateway", "job-" + number);
    }

    @Test
    void endedJobIsReportedOnce() {
        assertThat(canceller.cancel("acme", JOB, START)).isTrue();
        canceller.onEnded(JOB);
        pass(Duration.ofHours(1));

        assertThat(done).containsExactly(JOB);
    }

    @Nested
    class WhenTheGatewayStops {
        private final BlockingQueue<List<ControlRecord>> tried = new LinkedBlockingQueue<>();

        private JobCanceller running(JobCanceller.Control control) {
            var running = new JobCanceller(control, now::get, done::add);
            running.start();
            return running;
        }

        @Test
        void cancellationThatFailedBeforeIsStillWritten() throws Exception {
            var fails = new AtomicBoolean(true);
            var running =
                    running(
                            records -> {
                                tried.add(records);
                                if (fails.getAndSet(false)) {
                                    throw new KafkaException("not yet");
                                }
                            });
            assertThat(running.cancel("acme", JOB, Instant.MAX)).isTrue();
            assertThat(tried.take()).hasSize(1);

            running.close();

            assertThat(tried.poll())
                    .singleElement()
                    .satisfies(it -> assertThat(it.key()).isEqualTo(new ControlKey.CancelJob(JOB)));
        }

        /** A broker dates the job later than this gateway, whose clock is 60 s slow. */
        @Test
        void cancellationAppliesToTheJobWhateverTheClockOfTheGateway() throws Exception {
            var running = running(tried::add);
            assertThat(running.cancel("acme", JOB, START.plusSeconds(120))).isTrue();
            ControlRecord written = tried.take().getFirst();
            running.close();

            byte[] value = Objects.requireNonNull(written.toRecord("control").value());
            ControlState state = ControlState.EMPTY.with(written.key().text(), value);
            assertThat(state.isCallCancelled("acme", "gateway", JOB, START.plusSeconds(60)))
                    .isTrue();
        }

        @Test
        void controlTopicThatCannotBeWrittenDoesNotPreventTheStop() throws Exception {
            var never = new CountDownLatch(1);
            var running =
                    running(
                            records -> {
                                tried.add(records);
                                await(never);
                            });
            assertThat(running.cancel("acme", JOB, Instant.MAX)).isTrue();
            assertThat(tried.take()).hasSize(1);

            running.close(Duration.ofMillis(1));

            assertThat(running.cancel("acme", job(1), Instant.MAX)).isFalse();
        }

        /** Waits as the producer does. */
        private static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptException(e);
            }
        }
    }
}
