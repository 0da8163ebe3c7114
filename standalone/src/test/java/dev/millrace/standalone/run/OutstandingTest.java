package dev.millrace.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class OutstandingTest {
    private final Outstanding outstanding = new Outstanding();

    @Test
    void aLineIsSettledOnceByItsResult() {
        outstanding.await("b", 7, false);

        assertThat(outstanding.onResult("b", 7)).isTrue();
        assertThat(outstanding.onResult("b", 7)).isFalse();
        assertThat(outstanding.count()).isZero();
    }

    @Test
    void whatNobodyAwaitsSettlesNothing() {
        outstanding.await("b", 7, false);

        assertThat(outstanding.onResult("other", 7)).isFalse();
        assertThat(outstanding.onResult("b", 8)).isFalse();
        assertThat(outstanding.onDeadLetter("other", 7, true)).isFalse();
        assertThat(outstanding.count()).isOne();
    }

    @Test
    void linesOfOneNumberInTwoFilesOfOneBatchHaveAnOutcomeEach() {
        outstanding.await("b", 7, false);
        outstanding.await("b", 7, false);

        assertThat(outstanding.count()).isEqualTo(2);
        assertThat(outstanding.onResult("b", 7)).isTrue();
        assertThat(outstanding.onResult("b", 7)).isTrue();
        assertThat(outstanding.onResult("b", 7)).isFalse();
        assertThat(outstanding.count()).isZero();
    }

    @Test
    void aRepeatOfTheSameNumberInAnotherFileIsSettledByItsDeadLetterAlone() {
        outstanding.await("b", 7, false);
        outstanding.await("b", 7, true);

        assertThat(outstanding.onDeadLetter("b", 7, true)).isTrue();
        assertThat(outstanding.onDeadLetter("b", 7, true)).isFalse();
        assertThat(outstanding.count()).isOne();
        assertThat(outstanding.onResult("b", 7)).isTrue();
    }

    @Test
    void aNumberThatNoLineCanHaveSettlesNothing() {
        outstanding.await("b", 7, false);

        assertThat(outstanding.onDeadLetter("b", -1, false)).isFalse();
        assertThat(outstanding.onResult("b", Long.MAX_VALUE)).isFalse();
    }

    @Test
    void linesInBatchesOfTheirOwnTakeLittleMemoryEach() {
        int lines = 50_000;
        long before = allocatedBytes();
        for (int i = 1; i <= lines; i++) {
            outstanding.await("batch-" + i, i, false);
        }

        assertThat(allocatedBytes() - before).isLessThan(1_000L * lines);
        assertThat(outstanding.count()).isEqualTo(lines);
    }

    /** By this thread since its start, whatever the garbage collector does. */
    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    @Test
    void aLinePublishedTwiceAroundACrashIsStillAwaited() {
        outstanding.await("b", 7, false);

        assertThat(outstanding.onDeadLetter("b", 7, true)).isFalse();
        assertThat(outstanding.count()).isOne();
    }

    @Test
    void aRepeatedCustomIdIsSettledByItsDeadLetter() {
        outstanding.await("b", 7, true);

        assertThat(outstanding.onDeadLetter("b", 7, true)).isTrue();
    }

    @Test
    void aMalformedLineIsSettledByItsDeadLetter() {
        outstanding.await("b", 7, false);

        assertThat(outstanding.onDeadLetter("b", 7, false)).isTrue();
    }
}
