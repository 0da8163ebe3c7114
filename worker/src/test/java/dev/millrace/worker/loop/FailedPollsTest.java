package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.service.StoppedPartition.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The loop when the cluster refuses its clients, or when they cannot read the response. */
class FailedPollsTest {
    private final FakeCluster cluster = new FakeCluster();

    @Nested
    class AFailedPoll {
        @Test
        void failedPollShowsInHealthWhileRunningCallsAreCommitted() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            worker.source.pollFailure = "SaslAuthenticationException: wrong password";
            worker.turn(2);
            worker.providers.answer("0-0");
            worker.turn(10);

            assertThat(cluster.resultIds()).containsExactly("0-0");
            assertThat(worker.loop.health().live()).isTrue();
            assertThat(worker.loop.health().ready()).isFalse();
            assertThat(worker.loop.health().detail())
                    .isEqualTo(
                            "jobs cannot be polled: SaslAuthenticationException: wrong password");
        }

        @Test
        void failedPollIsRetriedAtGrowingIntervals() {
            var worker = new TestWorker(cluster).owning(0);
            worker.source.waits.clear();
            worker.source.pollFailure = "refused";
            var begin = worker.time.now();
            while (Duration.between(begin, worker.time.now()).toSeconds() < 60) {
                worker.turn(1);
            }

            // 0.1 + 0.2 + 0.4 + 0.8 s, and 1.6 s from then on.
            assertThat(worker.source.waits).hasSizeBetween(38, 42);
        }

        @Test
        void recoveredPollAdmitsJobsAtOnceAndRestoresHealth() {
            var worker = new TestWorker(cluster).owning(0);
            worker.source.pollFailure = "refused";
            worker.turn(20);
            worker.source.pollFailure = null;
            cluster.job(0, 0);
            worker.time.advance(Duration.ofSeconds(2));
            worker.turn(3);
            assertThat(worker.providers.calls).containsExactly("0-0");

            worker.time.advance(PollFailures.RECOVERED_AFTER);
            worker.turn(1);
            assertThat(worker.loop.health().ready()).isTrue();
        }

        @Test
        void lastingFailureDrainsAndStopsTheLoop() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            worker.source.pollFailure = "refused";
            worker.turn(1);
            worker.time.advance(PollFailures.STOP_AFTER);
            worker.mailbox.duringNextWait = () -> worker.providers.answer("0-0");
            worker.loop.run(List.of(FakeCluster.TOPIC));

            assertThat(cluster.resultIds()).containsExactly("0-0");
            assertThat(worker.providers.cancelled).isEmpty();
            assertThat(worker.loop.health().detail())
                    .isEqualTo("failed: jobs cannot be polled: refused");
        }

        @Test
        void failureOfSomeTopicsNeverStopsTheLoop() {
            var worker = new TestWorker(cluster).owning(0);
            worker.source.pollFailure = "not authorized for one topic";
            worker.source.failsSomeTopicsOnly = true;
            worker.turn(1);
            worker.time.advance(PollFailures.STOP_AFTER.multipliedBy(3));
            worker.turn(1);
            worker.source.pollFailure = null;
            cluster.job(0, 0);
            worker.time.advance(Duration.ofSeconds(2));
            worker.turn(3);

            assertThat(worker.providers.calls).containsExactly("0-0");
        }
    }

    @Nested
    class AFailureOfAllTopicsAfterOneOfSome {
        @Test
        void laterFailureStopsTheLoopOnlyIfItLastsItself() {
            var polls = new PollFailures();
            long hour = Duration.ofHours(1).toNanos();
            polls.onFailed("TopicAuthorizationException", true, 0);
            polls.onFailed("TopicAuthorizationException", true, hour);
            polls.onFailed("SaslAuthenticationException", false, hour);

            assertThat(polls.isLasting(hour)).isFalse();
            assertThat(polls.isLasting(hour + PollFailures.STOP_AFTER.toNanos())).isTrue();
        }
    }

    @Nested
    class ACorruptBatch {
        @Test
        void corruptBatchStopsOnlyItsPartition() {
            cluster.job(0, 0);
            cluster.job(1, 0);
            var worker = new TestWorker(cluster).owning(0, 1);
            worker.source.corrupt(0, "a batch of records cannot be read: wrong checksum");
            worker.turn(2);
            cluster.job(0, 2);
            cluster.job(1, 2);
            worker.turn(3);

            assertThat(worker.providers.calls).containsExactlyInAnyOrder("0-0", "1-0", "1-2");
            assertThat(worker.loop.health().detail())
                    .contains("jobs.m.normal-0 is stopped: a batch of records cannot be read");
            assertThat(worker.stopReasons()).containsExactly(Reason.CORRUPT_BATCH);
        }

        @Test
        void recordsPolledBeforeACorruptBatchStillEnd() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            worker.source.corrupt(0, "wrong checksum");
            worker.turn(2);
            worker.providers.answer("0-0");
            worker.turn(5);

            assertThat(cluster.resultIds()).containsExactly("0-0");
        }
    }

    @Nested
    class AnUnopenableProducer {
        @Test
        void unopenableProducerShowsInHealthAndLosesNoResult() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            cluster.nextOutcomes.add(FakeCluster.TransactionOutcome.UNKNOWN_AND_ABORTED);
            worker.log.openProblem = Optional.of("ConfigException: No resolvable bootstrap urls");
            worker.providers.answer("0-0");
            worker.turn(200);
            assertThat(worker.loop.health().live()).isTrue();
            assertThat(worker.loop.health().detail()).contains("No resolvable bootstrap urls");

            worker.log.openProblem = Optional.empty();
            worker.time.advance(Duration.ofSeconds(5));
            worker.turn(3);
            assertThat(cluster.resultIds()).containsExactly("0-0");
            assertThat(worker.providers.calls).hasSize(1);
        }
    }
}
