package dev.millrace.worker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Attempts that cost nothing, in the ledger of a partition. */
class BillableAttemptsTest {
    private static final int MAX_ATTEMPTS = 8;
    private static final long NOW = 1_795_000_000_000L;
    private static final LedgerLimits LIMITS = new LedgerLimits(4_000, MAX_ATTEMPTS);
    private static final String TAG = TopicTag.of("topic");

    private static PartitionLedger ledger(int jobs) {
        var ledger = PartitionLedger.fresh(LIMITS, 0);
        for (int i = 0; i < jobs; i++) {
            ledger.take(i, NOW);
        }
        return ledger;
    }

    /** Ends three attempts: the second can have been billed, the other two cost nothing. */
    private static void attempt(PartitionLedger ledger, long offset) {
        ledger.start(offset);
        ledger.endUnbilledAttempt(offset);
        ledger.start(offset);
        ledger.endAttempt(offset);
        ledger.start(offset);
        ledger.endUnbilledAttempt(offset);
    }

    private static List<OpenJob> read(Snapshot snapshot) {
        return ((Reading.Known) PartitionLedger.read(snapshot.offset(), TAG + snapshot.metadata()))
                .open();
    }

    private static List<OpenJob> read(PartitionLedger ledger) {
        return read(ledger.snapshot());
    }

    @Nested
    class TheNextOwner {
        @Test
        void attemptsThatCostNothingAreKnown() {
            var ledger = ledger(3);
            attempt(ledger, 1);

            assertThat(read(ledger))
                    .containsExactly(
                            new OpenJob(0, 0, false),
                            new OpenJob(1, 3, false, 2),
                            new OpenJob(2, 0, false));
        }

        @Test
        void attemptsStayKnownToTheOwnerAfterIt() {
            var ledger = ledger(2);
            attempt(ledger, 1);
            var next =
                    PartitionLedger.restored(
                            (Reading.Known)
                                    PartitionLedger.read(0, TAG + ledger.snapshot().metadata()),
                            LIMITS);
            next.take(0, NOW);
            assertThat(next.take(1, NOW)).isEqualTo(new OpenJob(1, 3, false, 2));
            next.start(1);

            assertThat(read(next)).contains(new OpenJob(1, 4, true, 2));
        }

        @Test
        void finishedJobLeavesTheOthersUnchanged() {
            var ledger = ledger(4);
            attempt(ledger, 1);
            attempt(ledger, 3);
            ledger.finish(1);

            assertThat(read(ledger)).contains(new OpenJob(3, 3, false, 2));
        }
    }

    @Nested
    class EarlierVersions {
        @Test
        void textAfterTheTagsIsUnchanged() {
            var counted = ledger(2);
            attempt(counted, 1);
            var uncounted = ledger(2);
            for (int i = 0; i < 3; i++) {
                uncounted.start(1);
                uncounted.endAttempt(1);
            }

            assertThat(counted.snapshot().metadata())
                    .matches("(t[0-9a-f]{8})+2.*")
                    .endsWith(uncounted.snapshot().metadata());
        }

        @Test
        void ledgerWithoutTagsCountsEachAttempt() {
            var ledger = ledger(1);
            ledger.start(0);
            ledger.endAttempt(0);

            assertThat(read(ledger).getFirst().billable()).isEqualTo(1);
        }
    }

    @Test
    void damagedTagsCountEachAttempt() {
        var ledger = ledger(2);
        attempt(ledger, 1);
        Snapshot snapshot = ledger.snapshot();
        int last = 2 * TopicTag.CHARS - 1;
        String metadata = snapshot.metadata();
        char other = metadata.charAt(last) == '0' ? '1' : '0';

        var damaged = metadata.substring(0, last) + other + metadata.substring(last + 1);

        assertThat(read(new Snapshot(snapshot.offset(), damaged)))
                .contains(new OpenJob(1, 3, false));
    }

    @Test
    void tagsWithoutRoomAreLeftOut() {
        var ledger = ledger(600);
        for (int i = 0; i < 600; i++) {
            attempt(ledger, i);
        }

        assertThat(ledger.snapshot().metadata().length()).isLessThanOrEqualTo(LIMITS.limitChars());
        assertThat(read(ledger))
                .hasSize(600)
                .allMatch(it -> it.attempts() == 3)
                .anyMatch(it -> it.unbilled() == 2)
                .anyMatch(it -> it.unbilled() == 0);
    }
}
