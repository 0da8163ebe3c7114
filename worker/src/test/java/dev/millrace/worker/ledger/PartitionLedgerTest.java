package dev.millrace.worker.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.worker.ledger.PartitionLedger.RecordStatus;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PartitionLedgerTest {
    private static final LedgerLimits BOUNDS = new LedgerLimits(4_096, 3);
    private static final long NOW = 1_795_000_000_000L;

    private static PartitionLedger with(long... offsets) {
        var ledger = PartitionLedger.fresh(BOUNDS, 0);
        for (long offset : offsets) {
            ledger.take(offset, NOW);
        }
        return ledger;
    }

    private static PartitionLedger restored(PartitionLedger before) {
        var snapshot = before.snapshot();
        return PartitionLedger.restored(
                (Reading.Known)
                        PartitionLedger.read(
                                snapshot.offset(), TopicTag.of("topic") + snapshot.metadata()),
                BOUNDS);
    }

    @Nested
    class WhileJobsEndOutOfOrder {
        @Test
        void lowestOpenOffsetIsCommitted() {
            var ledger = with(3, 4, 5, 6);
            ledger.finish(4);
            ledger.finish(6);

            assertThat(ledger.snapshot().offset()).isEqualTo(3);
        }

        @Test
        void offsetAfterTheLastIsCommittedIfNothingIsOpen() {
            var ledger = with(3, 9);
            ledger.finish(9);
            ledger.finish(3);

            assertThat(ledger.snapshot()).isEqualTo(new Snapshot(10, ""));
        }

        @Test
        void jobEndsOnlyOnce() {
            var ledger = with(3);
            ledger.finish(3);

            assertThatThrownBy(() -> ledger.finish(3)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void jobIsTakenOnlyOnce() {
            var ledger = with(3, 4);

            assertThat(ledger.status(3)).isEqualTo(RecordStatus.FINISHED);
            assertThatThrownBy(() -> ledger.take(3, NOW))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class WithOffsetsWithoutRecords {
        @Test
        void beginningOfAnEmptiedTopicIsCommitted() {
            assertThat(PartitionLedger.fresh(BOUNDS, 700).snapshot())
                    .isEqualTo(new Snapshot(700, ""));
        }

        @Test
        void trailingControlRecordsAreCommitted() {
            var ledger = with(3);
            ledger.passTo(5);
            ledger.finish(3);

            assertThat(ledger.snapshot()).isEqualTo(new Snapshot(5, ""));
        }

        @Test
        void openJobKeepsTheOffset() {
            var ledger = with(3);
            ledger.passTo(5);

            assertThat(ledger.snapshot()).isEqualTo(new Snapshot(3, ""));
        }
    }

    @Nested
    class AnAttempt {
        private final PartitionLedger ledger = with(3, 4);

        @Test
        void startedAttemptIsCounted() {
            assertThat(ledger.start(3)).isEqualTo(1);
            ledger.endAttempt(3);
            assertThat(ledger.start(3)).isEqualTo(2);
        }

        @Test
        void runningAttemptIsKnownToTheNextOwner() {
            ledger.start(3);
            ledger.endAttempt(3);
            ledger.start(3);

            var successor = restored(ledger);
            assertThat(successor.take(3, NOW)).isEqualTo(new OpenJob(3, 2, true));
            assertThat(successor.take(4, NOW)).isEqualTo(new OpenJob(4, 0, false));
        }

        @Test
        void inheritedAttemptEndsBeforeTheNextStarts() {
            ledger.start(3);
            var successor = restored(ledger);
            successor.take(3, NOW);

            assertThatThrownBy(() -> successor.start(3))
                    .isInstanceOf(IllegalArgumentException.class);
            successor.endAttempt(3);
            assertThat(successor.start(3)).isEqualTo(2);
        }

        @Test
        void unsentAttemptDoesNotCount() {
            ledger.start(3);
            ledger.withdraw(3);

            assertThat(ledger.snapshot()).isEqualTo(new Snapshot(3, ""));
            assertThat(ledger.start(3)).isEqualTo(1);
        }

        @Test
        void attemptAfterTheLastIsRejected() {
            for (int i = 0; i < BOUNDS.maxAttempts(); i++) {
                ledger.start(3);
                ledger.endAttempt(3);
            }

            assertThatThrownBy(() -> ledger.start(3)).isInstanceOf(IllegalArgumentException.class);
            assertThat(restored(ledger).take(3, NOW)).isEqualTo(new OpenJob(3, 3, false));
        }

        @Test
        void attemptOfAClosedJobIsRejected() {
            assertThatThrownBy(() -> ledger.start(5)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> restored(ledger).start(3))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void idleAttemptCannotEnd() {
            assertThatThrownBy(() -> ledger.endAttempt(3))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ledger.withdraw(3))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class AfterARestore {
        private final PartitionLedger before = with(3, 4, 5, 6);

        @Test
        void finishedOffsetsAreSkippedAndOpenOnesTaken() {
            before.finish(4);
            var ledger = restored(before);

            assertThat(
                            List.of(
                                    ledger.status(3),
                                    ledger.status(4),
                                    ledger.status(5),
                                    ledger.status(7)))
                    .containsExactly(
                            RecordStatus.UNFINISHED,
                            RecordStatus.FINISHED,
                            RecordStatus.UNFINISHED,
                            RecordStatus.NEW);
        }

        @Test
        void deletedRecordsAreDropped() {
            before.finish(4);
            var ledger = restored(before);

            assertThat(ledger.passTo(6)).isEqualTo(2);
            assertThat(ledger.snapshot().offset()).isEqualTo(6);
        }

        @Test
        void takenRecordsAreNotDropped() {
            before.finish(4);
            var ledger = restored(before);
            ledger.take(3, NOW);

            assertThat(ledger.passTo(6)).isEqualTo(1);
            assertThat(ledger.openCount()).isEqualTo(2);
        }

        @Test
        void finishedOffsetCannotBeTaken() {
            before.finish(4);

            assertThatThrownBy(() -> restored(before).take(4, NOW))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void fullLedgerAcceptsItsOpenJobs() {
            var full = PartitionLedger.fresh(new LedgerLimits(64, 3), 0);
            long next = 0;
            for (; full.hasRoomFor(next); next += 1_000_000) {
                full.take(next, NOW);
            }
            var ledger = restored(full);

            assertThat(ledger.hasRoomFor(0)).isTrue();
        }
    }

    @Nested
    class AStandingIntent {
        private static OffsetRange standing(PartitionLedger ledger) {
            return ledger.snapshot().standing();
        }

        @Test
        void intentsStandFromTheFrontierOn() {
            var ledger = with(3, 4);
            ledger.finish(3);
            ledger.finish(4);
            ledger.passTo(6);
            ledger.setStandingIntents(2, NOW);

            assertThat(standing(ledger)).isEqualTo(new OffsetRange(6, 8));
        }

        @Test
        void jobOfTheOwnerHasNoAttempt() {
            var ledger = with();
            ledger.setStandingIntents(8, NOW);
            ledger.snapshot();

            assertThat(ledger.take(3, NOW)).isEqualTo(new OpenJob(3, 0, false));
        }

        @Test
        void successorTakesJobsThereAsRunning() {
            var ledger = with(3);
            ledger.setStandingIntents(2, NOW);
            var successor = restored(ledger);
            successor.take(3, NOW);

            assertThat(successor.status(4)).isEqualTo(RecordStatus.NEW);
            assertThat(successor.take(5, NOW)).isEqualTo(new OpenJob(5, 1, true));
            assertThat(successor.take(6, NOW)).isEqualTo(new OpenJob(6, 0, false));
            assertThat(restored(successor).take(5, NOW)).isEqualTo(new OpenJob(5, 1, true));
        }

        @Test
        void successorTakesJobsWithLaterTimestampsAsNew() {
            var ledger = with(3);
            ledger.setStandingIntents(3, NOW);
            var successor = restored(ledger);
            successor.take(3, NOW);

            assertThat(successor.take(4, NOW + 1)).isEqualTo(new OpenJob(4, 0, false));
            assertThat(successor.take(5, NOW)).isEqualTo(new OpenJob(5, 1, true));
            assertThat(restored(successor).take(6, NOW + 1)).isEqualTo(new OpenJob(6, 0, false));
        }

        @Test
        void laterTimestampCountsForInheritedAndOwnIntents() {
            var ledger = with(3);
            ledger.setStandingIntents(2, NOW);
            var successor = restored(ledger);
            successor.setStandingIntents(4, NOW - 9);
            assertThat(successor.snapshot().standingUntil()).isEqualTo(NOW);

            successor.setStandingIntents(4, NOW + 9);
            assertThat(successor.snapshot().standingUntil()).isEqualTo(NOW + 9);
        }

        @Test
        void withoutRoomForTheTimestampEachJobThereIsTakenAsRunning() {
            var known = new Reading.Known(0, 1, List.of(new OpenJob(0, 1, true)), 60_000, NOW);
            var successor = PartitionLedger.restored(known, new LedgerLimits(64, 3));
            successor.take(0, NOW);
            for (long next = 1_000; successor.hasRoomFor(next); next += 1_000) {
                successor.take(next, NOW);
                for (int i = 0; i < 2; i++) {
                    successor.endAttempt(next);
                    successor.start(next);
                }
            }

            assertThat(successor.snapshot().standingUntil()).isEqualTo(Long.MAX_VALUE);
            long last = successor.snapshot().standing().from();
            assertThat(restored(successor).take(last, NOW + 1))
                    .isEqualTo(new OpenJob(last, 1, true));
        }

        @Test
        void inheritedIntentsStandUntilTheirJobsAreTaken() {
            var ledger = with(3);
            ledger.setStandingIntents(4, NOW);
            var successor = restored(ledger);
            successor.take(3, NOW);
            successor.setStandingIntents(0, NOW);
            successor.take(5, NOW);

            assertThat(standing(successor)).isEqualTo(new OffsetRange(6, 8));
            var second = restored(successor);
            assertThat(second.take(3, NOW)).isEqualTo(new OpenJob(3, 0, false));
            assertThat(second.take(5, NOW)).isEqualTo(new OpenJob(5, 1, true));
            assertThat(second.take(7, NOW)).isEqualTo(new OpenJob(7, 1, true));
            assertThat(standing(second)).isEqualTo(OffsetRange.NONE);
        }

        @Test
        void intentsWithoutRoomDoNotStandUnlessTheyAreInherited() {
            var limits = new LedgerLimits(64, 3);
            var full = PartitionLedger.fresh(limits, 0);
            long next = 0;
            for (; full.hasRoomFor(next); next += 1_000_000) {
                full.take(next, NOW);
                for (int i = 0; i < limits.maxAttempts(); i++) {
                    full.start(next);
                    full.endAttempt(next);
                }
            }
            full.setStandingIntents(9, NOW);
            assertThat(standing(full)).isEqualTo(OffsetRange.NONE);

            var known = new Reading.Known(0, 1, List.of(new OpenJob(0, 1, true)), 60_000);
            var successor = PartitionLedger.restored(known, limits);
            successor.take(0, NOW);
            for (next = 1_000; successor.hasRoomFor(next); next += 1_000) {
                successor.take(next, NOW);
            }
            assertThat(successor.snapshot().metadata()).hasSizeLessThanOrEqualTo(64);
            assertThat(standing(successor).to()).isEqualTo(60_001);
        }
    }

    @Nested
    class UnderOtherLimitsThanTheEarlierOwners {
        @Test
        void excessAttemptsAreKeptButNoneIsStarted() {
            var known = new Reading.Known(5, 9, List.of(new OpenJob(5, 9, true)));
            var ledger = PartitionLedger.restored(known, BOUNDS);

            assertThat(ledger.take(5, NOW)).isEqualTo(new OpenJob(5, 9, true));
            ledger.endAttempt(5);
            assertThatThrownBy(() -> ledger.start(5)).isInstanceOf(IllegalArgumentException.class);
            assertThat(restored(ledger).take(5, NOW)).isEqualTo(new OpenJob(5, 9, false));
        }

        @Test
        void limitHoldsAfterRaisingTheAttempts() {
            var once = PartitionLedger.fresh(new LedgerLimits(4_096, 1), 0);
            long next = 0;
            for (; once.hasRoomFor(next); next += 100) {
                once.take(next, NOW);
            }
            var snapshot = once.snapshot();
            var known =
                    (Reading.Known) PartitionLedger.read(snapshot.offset(), snapshot.metadata());
            var ledger = PartitionLedger.restored(known, new LedgerLimits(4_096, 20));
            for (int i = 0; i < 20; i++) {
                for (OpenJob job : known.open()) {
                    if (i == 0) {
                        ledger.take(job.offset(), NOW);
                    } else {
                        ledger.endAttempt(job.offset());
                    }
                    ledger.start(job.offset());
                }
                assertThat(ledger.snapshot().metadata()).hasSizeLessThanOrEqualTo(4_096);
            }
        }
    }
}
