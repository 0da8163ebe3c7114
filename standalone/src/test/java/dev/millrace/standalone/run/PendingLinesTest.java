package dev.millrace.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.standalone.run.PendingLines.PendingLine;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class PendingLinesTest {
    private final PendingLines pendingLines = new PendingLines();

    @Test
    void resultRemovesItsLineOnce() {
        pendingLines.add("b", 7, false);

        assertThat(pendingLines.onResult("b", 7)).isTrue();
        assertThat(pendingLines.onResult("b", 7)).isFalse();
        assertThat(pendingLines.count()).isZero();
    }

    @Test
    void outcomeOfAnotherBatchOrLineRemovesNothing() {
        pendingLines.add("b", 7, false);

        assertThat(pendingLines.onResult("other", 7)).isFalse();
        assertThat(pendingLines.onResult("b", 8)).isFalse();
        assertThat(pendingLines.onDeadLetter("other", 7, true)).isFalse();
        assertThat(pendingLines.count()).isOne();
    }

    @Test
    void equalNumbersInTwoFilesOfOneBatchNeedAnOutcomeEach() {
        pendingLines.add("b", 7, false);
        pendingLines.add("b", 7, false);

        assertThat(pendingLines.count()).isEqualTo(2);
        assertThat(pendingLines.onResult("b", 7)).isTrue();
        assertThat(pendingLines.onResult("b", 7)).isTrue();
        assertThat(pendingLines.onResult("b", 7)).isFalse();
        assertThat(pendingLines.count()).isZero();
    }

    @Test
    void repeatWithEqualNumberInAnotherFileIsRemovedByItsDeadLetterOnly() {
        pendingLines.add("b", 7, false);
        pendingLines.add("b", 7, true);

        assertThat(pendingLines.onDeadLetter("b", 7, true)).isTrue();
        assertThat(pendingLines.onDeadLetter("b", 7, true)).isFalse();
        assertThat(pendingLines.count()).isOne();
        assertThat(pendingLines.onResult("b", 7)).isTrue();
    }

    @Test
    void impossibleLineNumberRemovesNothing() {
        pendingLines.add("b", 7, false);

        assertThat(pendingLines.onDeadLetter("b", -1, false)).isFalse();
        assertThat(pendingLines.onResult("b", Long.MAX_VALUE)).isFalse();
    }

    @Test
    void lineInItsOwnBatchTakesLessThanOneKilobyte() {
        int lines = 50_000;
        long before = allocatedBytes();
        for (int i = 1; i <= lines; i++) {
            pendingLines.add("batch-" + i, i, false);
        }

        assertThat(allocatedBytes() - before).isLessThan(1_000L * lines);
        assertThat(pendingLines.count()).isEqualTo(lines);
    }

    /** Returns the bytes this thread has allocated since its start, freed bytes included. */
    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    @Test
    void duplicateRejectionOfALinePublishedTwiceRemovesNothing() {
        pendingLines.add("b", 7, false);

        assertThat(pendingLines.onDeadLetter("b", 7, true)).isFalse();
        assertThat(pendingLines.count()).isOne();
    }

    @Test
    void rejectedLinesAreListedOnceNoOtherLineIsPending() {
        pendingLines.add("b", 7, false);
        pendingLines.add("b", 70, false);
        pendingLines.add("c", 8, false);
        pendingLines.onDeadLetter("b", 7, true);
        pendingLines.onDeadLetter("b", 7, true);
        pendingLines.onDeadLetter("b", 70, true);
        assertThat(pendingLines.rejected()).isEmpty();

        pendingLines.onResult("c", 8);

        assertThat(pendingLines.rejected())
                .containsExactlyInAnyOrder(new PendingLine("b", 7), new PendingLine("b", 70));
        assertThat(pendingLines.onDeadLetter("b", 7, false)).isTrue();
        assertThat(pendingLines.rejected()).containsExactly(new PendingLine("b", 70));
        assertThat(pendingLines.onResult("b", 70)).isTrue();
        assertThat(pendingLines.rejected()).isEmpty();
    }

    @Test
    void repeatIsRemovedByItsDuplicateRejection() {
        pendingLines.add("b", 7, true);

        assertThat(pendingLines.onDeadLetter("b", 7, true)).isTrue();
    }

    @Test
    void malformedLineIsRemovedByItsDeadLetter() {
        pendingLines.add("b", 7, false);

        assertThat(pendingLines.onDeadLetter("b", 7, false)).isTrue();
    }
}
