package dev.millrace.router.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.message.RoutingMessage.DeadLetterRecord;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests that an unreadable entry of the store harms no other job. */
class UnreadableEntriesTest extends CacheScene {
    private static final char RECORD = 'W';
    private static final char DEADLINE = 'D';
    private static final char SHARED_CALL = 'F';
    private static final char OUTCOME = 'O';
    private static final char TOTALS = 'T';

    private Job expiring(String name, int key) {
        var deadline = world.clock.instant().plusSeconds(60);
        return new Job(name, key, List.of("small"), deadline, world.clock.instant());
    }

    /** Gives an entry a version that this router does not know. */
    private void damage(char kind, String text) {
        KeyValue<Bytes, byte[]> entry = entry(kind, text);
        byte[] damaged = entry.value.clone();
        damaged[0] = 99;
        world.store.put(entry.key, damaged);
        world.commit();
    }

    private KeyValue<Bytes, byte[]> entry(char kind, String text) {
        try (var entries = world.store.all()) {
            while (entries.hasNext()) {
                var entry = entries.next();
                if (entry.key.get()[0] == kind
                        && new String(entry.value, ISO_8859_1).contains(text)) {
                    return entry;
                }
            }
        }
        throw new AssertionError("no entry of kind " + kind + " has " + text);
    }

    private void damageRecord(Job job) {
        damage(RECORD, "\"custom_id\":\"" + job.name() + "\"");
    }

    private void damageDeadline(Job job) {
        damage(DEADLINE, job.id().value());
    }

    private void assertBuried(Job job) {
        assertThat(world.deadLetters).extracting(DeadLetterRecord::jobId).containsExactly(job.id());
        assertThat(world.deadLetters.getFirst().reason()).isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(world.endsOf(job)).hasSize(1);
        assertThat(world.costOf(job).isFinal()).isTrue();
    }

    @AfterEach
    void nothingWaitsForEver() {
        world.released.stream().map(CacheWorld.Released::job).toList().forEach(world::succeed);
        world.settle();

        for (char kind : new char[] {RECORD, DEADLINE, SHARED_CALL, 'P', OUTCOME}) {
            assertThat(world.store.count(kind)).as("entries of kind " + kind).isZero();
        }
        assertThat(world.gauge("waiting")).isZero();
    }

    @Nested
    class AFollower {
        @Test
        void unreadableFollowerIsBuriedAndTheOthersGetTheAnswer() {
            lookUp(first, second, third);
            damageRecord(second);

            world.succeed(first);
            world.settle();

            assertBuried(second);
            assertThat(world.resultOf(third)).contains("collapsed");
        }

        @Test
        void nextReadableFollowerLeads() {
            lookUp(first, second, third);
            damageRecord(second);

            world.fail(first, ErrorCode.CANCELLED);
            world.settle();

            assertBuried(second);
            assertThat(world.releasedNames()).containsExactly("first", "third");
        }

        @Test
        void passesOfOtherSharedCallsContinue() {
            var leaders = List.of(world.job("leader-1", 1), world.job("leader-2", 2));
            leaders.forEach(world::lookUp);
            var followers =
                    IntStream.range(0, 12).mapToObj(i -> world.job("job-" + i, 1 + i % 2)).toList();
            followers.forEach(world::lookUp);
            leaders.forEach(world::succeed);
            damageRecord(followers.get(8));

            world.settle();

            assertBuried(followers.get(8));
            assertThat(followers).allSatisfy(it -> assertThat(world.endsOf(it)).hasSize(1));
        }

        @Test
        void otherLostLeadersAreReplaced() {
            lookUp(first, second, world.job("other", 2), world.job("next", 2));
            damageRecord(second);

            world.clock.advance(Duration.ofDays(8));
            world.lostBefore = world.clock.millis();
            world.settle();

            assertBuried(second);
            assertThat(world.releasedNames()).containsExactly("first", "other", "next");
        }

        @Test
        void otherDeadlinesTakeEffect() {
            Job damaged = expiring("damaged", 1);
            Job late = expiring("late", 2);
            lookUp(first, damaged, world.job("other", 2), late);
            damageRecord(damaged);

            world.pass(Duration.ofMinutes(2));
            world.settle();

            assertBuried(damaged);
            assertThat(world.resultOf(late)).contains("deadline_exceeded");
        }
    }

    @Nested
    class AnEntryByDeadline {
        private void cancelBatch() {
            var cancel =
                    new OperatorCommand(world.clock.instant(), "me")
                            .record(new ControlKey.CancelBatch("acme", "batch"));
            world.control = world.control.with(cancel.key().text(), cancel.value());
        }

        @Test
        void deadlinesTakeEffect() {
            Job damaged = expiring("damaged", 1);
            Job late = expiring("late", 1);
            lookUp(first, damaged, late);
            damageDeadline(damaged);

            world.pass(Duration.ofMinutes(2));
            world.settle();

            assertThat(world.resultOf(damaged)).contains("deadline_exceeded");
            assertThat(world.resultOf(late)).contains("deadline_exceeded");
        }

        @Test
        void cancellationsTakeEffect() {
            lookUp(first, second, third);
            damageDeadline(second);

            cancelBatch();
            world.settle();

            assertThat(world.resultOf(second)).contains("cancelled");
            assertThat(world.resultOf(third)).contains("cancelled");
        }

        @Test
        void jobIsBuriedIfItsRecordIsUnreadableToo() {
            Job late = expiring("late", 1);
            lookUp(first, second, late);
            damageRecord(second);
            damageDeadline(second);

            cancelBatch();
            world.settle();

            assertThat(world.deadLetters)
                    .extracting(DeadLetterRecord::reason)
                    .containsExactly(ErrorCode.INTERNAL_ERROR);
            assertThat(world.resultOf(late)).contains("cancelled");
        }

        @Test
        void entryOfAnEndedJobIsDeleted() {
            lookUp(first, second);
            var entry = entry(DEADLINE, second.id().value());
            world.succeed(first);
            world.store.put(entry.key, new byte[] {99});
            lookUp(world.job("other", 2), third, world.job("waiting", 2));

            cancelBatch();
            world.settle();

            assertThat(world.store.count(DEADLINE)).isZero();
        }
    }

    @Nested
    class TheTotals {
        @Test
        void jobsBeforeAndAfterTheyWereCountedAgainGetTheAnswer() {
            lookUp(first, second);
            damage(TOTALS, "");

            world.restart();
            lookUp(third);
            world.succeed(first);
            world.settle();

            assertThat(world.resultOf(second)).contains("collapsed");
            assertThat(world.resultOf(third)).contains("collapsed");
        }
    }

    @Nested
    class ASharedCall {
        @Test
        void followersOfAnUnknownLeaderGetTheNextAnswer() {
            lookUp(first, second);
            damage(SHARED_CALL, first.id().value());

            world.succeed(first);

            assertThat(world.resultOf(second)).contains("collapsed");
        }

        @Test
        void nextJobLeadsIfTheOutcomeIsUnreadable() {
            lookUp(first);
            IntStream.range(0, 4).forEach(i -> lookUp(world.job("job-" + i, 1)));
            world.succeed(first);
            damage(OUTCOME, "");

            world.settle();

            assertThat(world.releasedNames()).containsExactly("first", "job-2");
        }
    }
}
