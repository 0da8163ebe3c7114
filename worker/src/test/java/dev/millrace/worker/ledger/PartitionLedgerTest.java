package dev.millrace.worker.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.worker.ledger.PartitionLedger.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PartitionLedgerTest {

    private static PartitionLedger with(long... offsets) {
        var ledger = PartitionLedger.fresh();
        for (long offset : offsets) {
            ledger.take(offset);
        }
        return ledger;
    }

    private static PartitionLedger restored(Snapshot snapshot) {
        return PartitionLedger.restored(
                (Reading.Known) PartitionLedger.read(snapshot.offset(), snapshot.metadata()));
    }

    @Nested
    class WhileJobsEndOutOfOrder {
        @Test
        void theLowestOpenOffsetIsCommitted() {
            var ledger = with(3, 4, 5, 6);
            ledger.finish(4);
            ledger.finish(6);

            assertThat(ledger.snapshot().offset()).isEqualTo(3);
        }

        @Test
        void withNothingOpenTheOffsetAfterTheLastIsCommitted() {
            var ledger = with(3, 9);
            ledger.finish(9);
            ledger.finish(3);

            assertThat(ledger.snapshot()).isEqualTo(new Snapshot(10, ""));
        }

        @Test
        void aJobEndsOnlyOnce() {
            var ledger = with(3);
            ledger.finish(3);

            assertThatThrownBy(() -> ledger.finish(3)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class WithOffsetsThatNoRecordHas {
        @Test
        void controlRecordsAtTheEndAreCommittedToo() {
            var ledger = with(3);
            ledger.passTo(5);
            ledger.finish(3);

            assertThat(ledger.snapshot()).isEqualTo(new Snapshot(5, ""));
        }

        @Test
        void theyMoveNothingWhileAJobIsOpen() {
            var ledger = with(3);
            ledger.passTo(5);

            assertThat(ledger.snapshot()).isEqualTo(new Snapshot(3, ""));
        }
    }

    @Nested
    class AfterARestore {
        @Test
        void finishedOffsetsAreSkippedAndOthersTakenAgain() {
            var before = with(3, 4, 5, 6);
            before.finish(4);
            var ledger = restored(before.snapshot());

            assertThat(List.of(ledger.look(3), ledger.look(4), ledger.look(5), ledger.look(7)))
                    .containsExactly(
                            Standing.UNFINISHED,
                            Standing.FINISHED,
                            Standing.UNFINISHED,
                            Standing.NEW);
        }

        @Test
        void whatIsNoLongerInTheTopicIsGivenUp() {
            var before = with(3, 4, 5, 6);
            before.finish(4);
            var ledger = restored(before.snapshot());

            assertThat(ledger.passTo(6)).isEqualTo(2);
            assertThat(ledger.snapshot().offset()).isEqualTo(6);
        }

        @Test
        void aFinishedOffsetCannotBeTaken() {
            var before = with(3, 4);
            before.finish(4);

            assertThatThrownBy(() -> restored(before.snapshot()).take(4))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Property(tries = 300)
    void aSuccessorKnowsExactlyWhatIsFinished(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var ledger = PartitionLedger.fresh();
        var open = new TreeSet<Long>();
        var finished = new TreeSet<Long>();
        long next = random.nextLong(1_000);
        for (int step = 0; step < 400; step++) {
            if (open.isEmpty() || random.nextInt(5) < 2) {
                ledger.take(next);
                open.add(next);
                next += 1 + (random.nextInt(10) == 0 ? random.nextInt(500) : 0);
            } else if (random.nextInt(50) == 0) {
                ledger = restored(ledger.snapshot());
                for (long offset : List.copyOf(open)) {
                    assertThat(ledger.look(offset)).isNotEqualTo(Standing.FINISHED);
                    ledger.passTo(offset);
                    ledger.take(offset);
                }
                for (long offset : finished) {
                    assertThat(ledger.look(offset)).isEqualTo(Standing.FINISHED);
                }
            } else {
                long offset = new ArrayList<>(open).get(random.nextInt(open.size()));
                ledger.finish(offset);
                open.remove(offset);
                finished.add(offset);
            }
            assertThat(ledger.openCount()).isEqualTo(open.size());
        }
    }

    @Property(tries = 40)
    void noStateThatOpenJobsCanReachOutgrowsTheLimit(
            @ForAll long seed, @ForAll @LongRange(min = 1, max = 1L << 30) long widest) {
        var random = new SplittableRandom(seed);
        var ledger = PartitionLedger.fresh();
        var open = new ArrayList<Long>();
        long next = 0;
        for (int i = 0; i < 30_000 && ledger.hasRoomFor(next); i++) {
            ledger.take(next);
            open.add(next);
            next += random.nextInt(4) == 0 ? random.nextLong(widest) + 1 : 1;
        }
        while (!open.isEmpty()) {
            int batch = 1 + random.nextInt(open.size());
            for (int i = 0; i < batch; i++) {
                ledger.finish(open.remove(random.nextInt(open.size())));
            }
            assertThat(ledger.snapshot().metadata())
                    .hasSizeLessThanOrEqualTo(LedgerCodec.DEFAULT_LIMIT_CHARS);
        }
    }

    @Property(tries = 100)
    void aThousandJobsWithGapsBelowTwoMillionAlwaysHaveRoom(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = (1 << 21) - 1) int widest) {
        var random = new SplittableRandom(seed);
        var ledger = PartitionLedger.fresh();
        long next = random.nextLong(1L << 50);
        for (int i = 0; i < 1_000; i++) {
            assertThat(ledger.hasRoomFor(next)).isTrue();
            ledger.take(next);
            next += i % 2 == 0 ? widest : random.nextLong(widest) + 1;
        }
    }
}
