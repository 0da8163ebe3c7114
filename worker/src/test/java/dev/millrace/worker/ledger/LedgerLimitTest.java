package dev.millrace.worker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Compares random histories of jobs with a simple model, and checks the length of their text. */
class LedgerLimitTest {
    private static final long NOW = 1_795_000_000_000L;

    @Provide
    Arbitrary<LedgerLimits> bounds() {
        return Combinators.combine(
                        Arbitraries.of(64, 65, 66, 67, 68, 200, 1_000, 4_096),
                        Arbitraries.of(1, 2, 3, 6, 8, 100))
                .as(LedgerLimits::new);
    }

    @Property(tries = 300)
    void noReachableStateExceedsTheLimit(
            @ForAll long seed,
            @ForAll("bounds") LedgerLimits bounds,
            @ForAll @IntRange(max = 40) int widest) {
        var history = new History(seed, bounds, 1L << widest);
        for (int step = 0; step < 3_000; step++) {
            history.step();
            if (step % 50 == 0) {
                history.check();
            }
        }
        history.check();
    }

    @Property(tries = 40)
    void endOfEveryLastAttemptStaysWithinTheLimit(
            @ForAll long seed,
            @ForAll("bounds") LedgerLimits bounds,
            @ForAll @IntRange(max = 40) int widest) {
        var history = new History(seed, bounds, 1L << widest);
        history.fill(Integer.MAX_VALUE);
        history.exhaust();
        while (!history.open.isEmpty()) {
            history.check();
            history.finishSome();
        }
    }

    @Property(tries = 60)
    void defaultPartitionFitsJobsWithGapsBelowTwoMillion(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 8) int maxAttempts,
            @ForAll @IntRange(max = 21) int widest) {
        var history =
                new History(
                        seed,
                        new LedgerLimits(4_096 - TopicTag.CHARS, maxAttempts),
                        (1L << widest) - 1);
        history.fill(998);

        assertThat(history.open).hasSize(998);
        history.exhaust();
        while (!history.open.isEmpty()) {
            history.check();
            history.finishSome();
        }
    }

    @Nested
    class FourThousandJobs {
        @Test
        void jobsBehindADistantStragglerFit() {
            var ledger = PartitionLedger.fresh(new LedgerLimits(4_096 - TopicTag.CHARS, 6), 0);
            ledger.take(17, NOW);
            for (long offset = 1L << 40; offset < (1L << 40) + 4_000; offset++) {
                assertThat(ledger.hasRoomFor(offset)).isTrue();
                ledger.take(offset, NOW);
                for (int i = 0; i < 6; i++) {
                    ledger.start(offset);
                    ledger.endAttempt(offset);
                }
            }
            assertThat(ledger.snapshot().metadata()).hasSizeLessThanOrEqualTo(4_096);
        }
    }

    /** Takes, calls, ends and inherits jobs at random. */
    private static final class History {
        final List<Long> open = new ArrayList<>();
        private final SplittableRandom random;
        private final LedgerLimits bounds;
        private final long widest;
        private PartitionLedger ledger;
        private List<OpenJob> expected = new ArrayList<>();
        private long next;

        History(long seed, LedgerLimits bounds, long widest) {
            this.random = new SplittableRandom(seed);
            this.bounds = bounds;
            this.widest = Math.max(1, widest);
            this.next = random.nextLong(1L << 50);
            this.ledger = PartitionLedger.fresh(bounds, random.nextLong(next + 1));
        }

        void step() {
            int dice = random.nextInt(100);
            if (dice == 0) {
                inherit();
            } else if (dice < 5) {
                ledger.passTo(next);
            } else if (dice < 45 || open.isEmpty()) {
                takeNext();
            } else if (dice < 60) {
                finish(random.nextInt(open.size()));
            } else {
                call(random.nextInt(open.size()));
            }
        }

        void fill(int most) {
            while (open.size() < most && takeNext()) {}
        }

        private boolean takeNext() {
            long offset = next;
            if (!ledger.hasRoomFor(offset)) {
                return false;
            }
            assertThat(ledger.status(offset)).isEqualTo(PartitionLedger.RecordStatus.NEW);
            assertThat(ledger.take(offset, NOW)).isEqualTo(new OpenJob(offset, 0, false));
            open.add(offset);
            expected.add(new OpenJob(offset, 0, false));
            // Half of the gaps have the maximum width, so that the lists become as long as
            // possible.
            next += random.nextBoolean() ? widest : 1 + random.nextLong(widest);
            return true;
        }

        private void finish(int index) {
            ledger.finish(open.remove(index));
            expected.remove(index);
        }

        void finishSome() {
            for (int left = 1 + random.nextInt(open.size()); left > 0; left--) {
                finish(random.nextInt(open.size()));
            }
        }

        private void call(int index) {
            OpenJob job = expected.get(index);
            if (!job.running()) {
                if (job.attempts() < bounds.maxAttempts()) {
                    assertThat(ledger.start(job.offset())).isEqualTo(job.attempts() + 1);
                    expected.set(index, new OpenJob(job.offset(), job.attempts() + 1, true));
                }
            } else if (random.nextInt(4) == 0) {
                ledger.withdraw(job.offset());
                expected.set(index, new OpenJob(job.offset(), job.attempts() - 1, false));
            } else {
                ledger.endAttempt(job.offset());
                expected.set(index, new OpenJob(job.offset(), job.attempts(), false));
            }
        }

        /** Moves every job to the end of its last attempt. */
        void exhaust() {
            for (OpenJob job : expected) {
                for (int i = 0; i < bounds.maxAttempts(); i++) {
                    ledger.start(job.offset());
                    ledger.endAttempt(job.offset());
                }
            }
            expected =
                    new ArrayList<>(
                            expected.stream()
                                    .map(
                                            it ->
                                                    new OpenJob(
                                                            it.offset(),
                                                            bounds.maxAttempts(),
                                                            false))
                                    .toList());
        }

        private void inherit() {
            var snapshot = ledger.snapshot();
            ledger =
                    PartitionLedger.restored(
                            (Reading.Known)
                                    PartitionLedger.read(snapshot.offset(), snapshot.metadata()),
                            bounds);
            for (OpenJob job : expected) {
                assertThat(ledger.passTo(job.offset())).isZero();
                assertThat(ledger.take(job.offset(), NOW)).isEqualTo(job);
            }
        }

        void check() {
            var snapshot = ledger.snapshot();
            assertThat(snapshot.metadata()).hasSizeLessThanOrEqualTo(bounds.limitChars());
            assertThat(ledger.openCount()).isEqualTo(open.size());
            var read = (Reading.Known) PartitionLedger.read(snapshot.offset(), snapshot.metadata());
            if (snapshot.metadata().isEmpty()) {
                assertThat(expected).allMatch(job -> job.attempts() == 0);
                assertThat(snapshot.offset())
                        .isEqualTo(open.isEmpty() ? snapshot.offset() : open.getFirst());
            } else {
                assertThat(read.open()).isEqualTo(expected);
            }
        }
    }
}
