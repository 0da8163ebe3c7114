package dev.millrace.router.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.Route;
import dev.millrace.router.waiting.WaitingRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Tests leaders and followers; {@link SharedOutcomeTest} tests which outcomes followers get, {@link
 * CachedAnswersTest} stored answers.
 */
class CacheTaskTest extends CacheScene {
    private void apply(ControlRecord record) {
        world.control = world.control.with(record.key().text(), record.value());
    }

    private void cancel(Job job) {
        var command = new OperatorCommand(world.clock.instant(), "me");
        apply(command.record(new ControlKey.CancelJob(job.id())));
    }

    @Nested
    class FirstJobOfAKey {
        @Test
        void firstJobGoesToItsJobTopicWithTheHeadersOfAJob() throws UnreadableHeader {
            lookUp(first);
            world.commit();

            var released = world.released.getFirst();
            assertThat(released.topic()).isEqualTo("test.jobs.small.high");
            assertThat(released.headers().lastHeader(MillraceHeaders.JOB_TOPIC)).isNull();
            assertThat(released.headers().lastHeader("own")).isNotNull();
            assertThat(JobHeaders.read(released.headers()).cacheKey()).isEqualTo(first.cacheKey());
        }

        @Test
        void jobGoesToTheNormalLaneIfItsOwnHasNoTopic() {
            world.maxRecordBytes.put("test.jobs.small.high", 0);
            lookUp(first);
            world.commit();

            assertThat(world.released.getFirst().topic()).isEqualTo("test.jobs.small.normal");
        }

        @Test
        void expiredJobEnds() {
            var now = world.clock.instant();
            var late = new Job("late", 1, List.of("small"), now, now);
            lookUp(late);

            assertThat(world.resultOf(late)).contains("deadline_exceeded");
            assertThat(world.released).isEmpty();
        }

        @Test
        void cancelledJobEnds() {
            cancel(first);
            lookUp(first);

            assertThat(world.resultOf(first)).contains("cancelled");
        }
    }

    @Nested
    class WhileAnIdenticalJobIsCalled {
        @Test
        void identicalJobsWaitAndGetTheAnswer() {
            lookUp(first, second, third);
            assertThat(world.releasedNames()).containsExactly("first");
            assertThat(world.gauge("waiting")).isEqualTo(2);
            world.succeed(first);

            for (Job job : List.of(second, third)) {
                assertThat(world.resultOf(job))
                        .contains("\"custom_id\":\"" + job.name() + "\"")
                        .contains("\"cache\":\"collapsed\"", "\"attempts\":0", "\"cost_usd\":0")
                        .contains("\"answer to\":1", "\"request_id\":\"req-1\"")
                        .contains("\"model\":\"small\"", "\"provider\":\"openai\"")
                        .contains("\"metadata\":{\"of\":\"" + job.name() + "\"}")
                        .contains("\"error\":null");
            }
            assertThat(world.gauge("waiting")).isZero();
            assertThat(world.count("collapsed")).isEqualTo(2);
            assertThat(world.count("miss")).isOne();
        }

        @Test
        void costEventNamesWhatWasSavedAndHowTheJobEnded() {
            lookUp(first, second);
            world.succeed(first);

            var cost = world.costOf(second);
            assertThat(cost.isFinal()).isTrue();
            assertThat(cost.kind()).isEqualTo(CostKind.SAVED);
            assertThat(cost.costUsd()).isZero();
            assertThat(cost.savedUsd()).isEqualByComparingTo(CacheWorld.CALL_USD);
            assertThat(cost.end())
                    .usingRecursiveComparison()
                    .ignoringFields("times.queuedMs")
                    .isEqualTo(
                            new JobEnd(
                                    new Route("default/1@v7", "small"),
                                    Lane.HIGH,
                                    null,
                                    0,
                                    BigDecimal.ZERO,
                                    new JobTimes(0, 0, null),
                                    Provenance.CACHE_COLLAPSED));
        }

        @Test
        void otherRequestsDoNotWait() {
            lookUp(first, world.job("other", 2));

            assertThat(world.releasedNames()).containsExactly("first", "other");
        }

        @Test
        void endOfAnotherJobOfTheKeyChangesNothing() {
            lookUp(first, second);
            world.fail(third, ErrorCode.VALIDATION_ERROR);

            assertThat(world.releasedNames()).containsExactly("first");
            assertThat(world.endsOf(second)).isEmpty();
        }
    }

    @Nested
    class WhenTheLeaderEndsForAReasonOfItsOwn {
        @Test
        void jobIsCalledIfTheProviderRejectedTheLeader() {
            lookUp(first, second);
            world.fail(first, ErrorCode.VALIDATION_ERROR);

            assertThat(world.releasedNames()).containsExactly("first", "second");
        }

        @Test
        void nextJobIsCalledAndTheOthersWaitForIt() {
            lookUp(first, second, third);
            world.fail(first, ErrorCode.DEADLINE_EXCEEDED);

            assertThat(world.releasedNames()).containsExactly("first", "second");
            assertThat(world.endsOf(third)).isEmpty();
            world.succeed(second);
            assertThat(world.resultOf(third)).contains("collapsed");
        }

        @Test
        void leaderWithoutAResultIsReplacedToo() {
            lookUp(first, second);
            world.answer(first, null);

            assertThat(world.releasedNames()).containsExactly("first", "second");
        }

        @Test
        void unreadableResultReplacesTheLeader() {
            lookUp(first, second);
            world.answer(first, "no result".getBytes(UTF_8));

            assertThat(world.releasedNames()).containsExactly("first", "second");
        }

        @Test
        void jobsThatMayNotBeCalledEndAndTheNextOneLeads() {
            var deadline = world.clock.instant().plusMillis(5);
            var late = new Job("late", 1, List.of("small"), deadline, world.clock.instant());
            lookUp(first, late, second, third);
            cancel(second);
            world.clock.advance(Duration.ofMillis(10));
            world.fail(first, ErrorCode.CANCELLED);
            world.settle();

            assertThat(world.releasedNames()).containsExactly("first", "third");
            assertThat(world.resultOf(late)).contains("deadline_exceeded");
            assertThat(world.resultOf(second)).contains("cancelled");
        }

        @Test
        void sharedCallEndsWithItsLastJob() {
            lookUp(first);
            world.fail(first, ErrorCode.CANCELLED);
            lookUp(second);

            assertThat(world.releasedNames()).containsExactly("first", "second");
        }
    }

    @Nested
    class WhileAJobWaits {
        @Test
        void jobEndsAtItsDeadline() {
            var deadline = world.clock.instant().plusSeconds(90);
            var late = new Job("late", 1, List.of("small"), deadline, world.clock.instant());
            lookUp(first, late);
            world.pass(Duration.ofSeconds(89));
            world.commit();
            assertThat(world.endsOf(late)).isEmpty();
            world.pass(Duration.ofSeconds(1));

            assertThat(world.resultOf(late)).contains("deadline_exceeded", deadline.toString());
            world.succeed(first);
            world.commit();
            assertThat(world.endsOf(late)).hasSize(1);
        }

        @Test
        void jobEndsAtItsDeadlineAfterTheClockWasSetBack() {
            world.pass(Duration.ofDays(1));
            world.clock.advance(Duration.ofDays(-1));
            var deadline = world.clock.instant().plusSeconds(90);
            var late = new Job("late", 1, List.of("small"), deadline, world.clock.instant());
            lookUp(first, late);
            world.pass(Duration.ofSeconds(90));

            assertThat(world.resultOf(late)).contains("deadline_exceeded");
        }

        @Test
        void jobCanBeCancelled() {
            lookUp(first, second, third);
            cancel(second);
            world.settle();

            assertThat(world.resultOf(second)).contains("cancelled");
            assertThat(world.endsOf(third)).isEmpty();
        }

        @Test
        void partIsCancelledWithItsParent() {
            JobId parent = JobId.of("acme", "batch", "document");
            Job part = second.partOf(parent);
            lookUp(first, part, third);
            apply(
                    new OperatorCommand(world.clock.instant(), "me")
                            .record(new ControlKey.CancelJob(parent)));
            world.restart();
            world.settle();

            assertThat(world.resultOf(part)).contains("cancelled");
            assertThat(world.endsOf(third)).isEmpty();
        }

        @Test
        void batchCanBeCancelledWhileTheRouterIsDown() {
            lookUp(first, second);
            world.commit();
            apply(
                    new OperatorCommand(world.clock.instant(), "me")
                            .record(new ControlKey.CancelBatch("acme", "batch")));
            world.restart();
            world.settle();

            assertThat(world.resultOf(second)).contains("cancelled");
        }

        @Test
        void farDeadlineIsKept() {
            var far = new Job("far", 1, List.of("small"), Instant.MAX, world.clock.instant());
            lookUp(first, far);
            world.pass(Duration.ofDays(1));
            world.succeed(first);

            assertThat(world.resultOf(far)).contains("collapsed");
        }
    }

    @Nested
    class WhenTheLeaderIsLost {
        @Test
        void nextJobIsCalled() {
            lookUp(first, second, third);
            world.clock.advance(Duration.ofDays(8));
            world.lostBefore = world.clock.millis();
            world.settle();

            assertThat(world.releasedNames()).containsExactly("first", "second");
        }

        @Test
        void newJobIsCalledIfNobodyWaited() {
            lookUp(first);
            world.clock.advance(Duration.ofDays(8));
            world.lostBefore = world.clock.millis();
            lookUp(second);

            assertThat(world.releasedNames()).containsExactly("first", "second");
        }
    }

    @Nested
    class AJobThatIsSubmittedAgain {
        @Test
        void jobWaitsForTheEndOfItsFirstRunThatWasNotReadYet() {
            lookUp(first, first);
            world.succeed(first);
            world.commit();

            assertThat(world.endsOf(first)).hasSize(1);
        }
    }

    @Nested
    class UnusableRecords {
        @Test
        void recordWithoutHeadersBecomesADeadLetter() {
            world.lookUp(new WaitingRecord(new RecordHeaders(), "x".getBytes(UTF_8), 0));
            world.commit();

            assertThat(world.deadLetters.getFirst().reason())
                    .isEqualTo(ErrorCode.MALFORMED_REQUEST);
            assertThat(world.ended).isEmpty();
        }

        @Test
        void jobOfSuchARecordEndsIfItIsKnown() {
            var record = world.lookup(first);
            record.headers().remove(MillraceHeaders.JOB_TOPIC);
            world.lookUp(record);
            world.commit();

            JobId id = first.id();
            assertThat(world.deadLetters.getFirst().jobId()).isEqualTo(id);
            assertThat(world.endsOf(first).getFirst().cost().isFinal()).isTrue();
        }

        @Test
        void jobWhoseLineCannotBeReadEndsAsADeadLetter() {
            var record = world.lookup(first);
            cancel(first);
            world.lookUp(new WaitingRecord(record.headers(), "no line".getBytes(UTF_8), 0));
            world.commit();

            assertThat(world.deadLetters.getFirst().reason()).isEqualTo(ErrorCode.INTERNAL_ERROR);
            assertThat(world.endsOf(first)).hasSize(1);
        }
    }
}
