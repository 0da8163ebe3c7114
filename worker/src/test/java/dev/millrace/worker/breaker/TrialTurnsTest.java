package dev.millrace.worker.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TrialTurnsTest {
    private static final Duration OPEN_FOR = Duration.ofSeconds(30);

    /** Due times of one worker's first trials, in seconds after the opening. */
    private static final List<Long> ALONE = List.of(30L, 90L, 210L, 450L, 750L, 1050L, 1350L);

    /** Before the ticker overflows. */
    private static final long OPENED = Long.MAX_VALUE - 1_000;

    private static TrialTurns opened(int workers, int rank) {
        var turns = new TrialTurns(OPEN_FOR);
        turns.onOpened(false, OPENED);
        turns.share(workers, rank);
        return turns;
    }

    private static long dueSeconds(TrialTurns turns) {
        return Duration.ofNanos(turns.dueNanos() - OPENED).toSeconds();
    }

    /** Returns the due times of the trials, in seconds, if each of them fails at once. */
    private static List<Long> due(TrialTurns turns, int trials) {
        var due = new ArrayList<Long>();
        for (int i = 0; i < trials; i++) {
            due.add(dueSeconds(turns));
            turns.onFailed(turns.dueNanos());
        }
        return due;
    }

    @Nested
    class OneWorker {
        @Test
        void waitsDoubleUpToTenfold() {
            assertThat(due(opened(1, 0), 7)).isEqualTo(ALONE);
        }

        @Test
        void slowTrialDelaysTheNextOne() {
            var turns = opened(1, 0);

            turns.onFailed(turns.dueNanos() + Duration.ofSeconds(60).toNanos());

            assertThat(dueSeconds(turns)).isEqualTo(150);
        }
    }

    @Nested
    class SeveralWorkers {
        @Test
        void workersDivideTheTrialsOfOne() {
            Stream<Long> all =
                    IntStream.range(0, 3)
                            .mapToObj(rank -> due(opened(3, rank), 3))
                            .flatMap(List::stream);

            assertThat(all.sorted().limit(7)).isEqualTo(ALONE);
        }

        @Test
        void workerThatIsLeftAloneContinuesAtItsOwnPace() {
            var turns = opened(2, 0);
            turns.onFailed(turns.dueNanos());
            assertThat(dueSeconds(turns)).isEqualTo(210);

            turns.share(1, 0);

            assertThat(dueSeconds(turns)).isEqualTo(90);
        }
    }

    @Nested
    class AnEarlyTrial {
        private final TrialTurns turns = opened(4, 3);

        @Test
        void trialIsDueAtOnceAndStaysDue() {
            turns.tryNow(OPENED + 1);
            turns.share(3, 2);

            assertThat(turns.dueNanos()).isEqualTo(OPENED + 1);
        }

        @Test
        void failureCountsAsOneTrial() {
            turns.tryNow(OPENED);
            turns.onFailed(OPENED);
            turns.share(1, 0);

            assertThat(dueSeconds(turns)).isEqualTo(60);
        }
    }
}
