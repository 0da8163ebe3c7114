package dev.millrace.worker.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FairTurnsTest {
    /** The weights of the lanes by default. */
    private static final int[] LANES = {16, 8, 4, 2, 1};

    private static final int PARTIES = 5;
    private static final int ROUND = 31;

    private static int next(FairTurns turns, IntPredicate hasJob) {
        return IntStream.range(0, LANES.length)
                .filter(hasJob)
                .boxed()
                .min((a, b) -> turns.isBefore(a, b) ? -1 : 1)
                .orElseThrow();
    }

    /**
     * Returns the parties of the next starts, while the set of parties with jobs stays unchanged.
     */
    private static List<Integer> start(FairTurns turns, int count, IntPredicate hasJob) {
        var started = new ArrayList<Integer>();
        for (int i = 0; i < count; i++) {
            int party = next(turns, hasJob);
            turns.onStarted(party, party);
            started.add(party);
        }
        return started;
    }

    private static long count(List<Integer> started, int party) {
        return started.stream().filter(it -> it == party).count();
    }

    @Property
    void partiesStartByWeightWhileAllHaveJobs(
            @ForAll @Size(PARTIES) List<@IntRange(min = 1, max = 16) Integer> weights) {
        var turns = new FairTurns(weights.stream().mapToInt(it -> it).toArray());
        int round = weights.stream().mapToInt(it -> it).sum();

        List<Integer> started = start(turns, 10 * round, _ -> true);

        for (int party = 0; party < weights.size(); party++) {
            long due = 10L * weights.get(party);
            assertThat(count(started, party)).isBetween(due - 1, due + 1);
        }
    }

    @Test
    void returningPartyGoesFirst() {
        var turns = new FairTurns(LANES);
        start(turns, 1_000, party -> party > 0);

        assertThat(next(turns, _ -> true)).isZero();
    }

    @Test
    void partyThatWasIdleGetsNoMoreThanItsShare() {
        var turns = new FairTurns(LANES);
        start(turns, 1_000, party -> party != 3);

        List<Integer> started = start(turns, ROUND, _ -> true);

        assertThat(count(started, 3)).isBetween(2L, 3L);
    }

    @Test
    void partyAloneAtWorkIsNotPunishedLater() {
        var turns = new FairTurns(LANES);
        start(turns, 1_000, party -> party == 4);

        List<Integer> started = start(turns, 2 * ROUND, _ -> true);

        assertThat(count(started, 4)).isBetween(1L, 3L);
    }

    @Property
    void waitingPartyIsOvertakenByNoMoreThanItsWeightAllows(
            @ForAll @Size(max = 200) List<@IntRange(max = 30) Integer> idle,
            @ForAll @IntRange(max = 4) int waiting) {
        var turns = new FairTurns(LANES);
        // The other lanes gain and lose jobs at random.
        var overtaken = new int[LANES.length];
        for (int pattern : idle) {
            int party = next(turns, it -> it == waiting || (pattern >> it & 1) == 0);
            turns.onStarted(party, party);
            overtaken[party]++;
            if (party == waiting) {
                Arrays.fill(overtaken, 0);
            } else {
                assertThat(overtaken[party])
                        .isLessThanOrEqualTo(1 + Math.ceilDiv(LANES[party], LANES[waiting]));
            }
        }
    }

    @Test
    void resetUndoesStartsSinceTheMark() {
        var turns = new FairTurns(LANES);
        start(turns, 7, _ -> true);
        turns.mark();
        List<Integer> undone = start(turns, ROUND, _ -> true);

        turns.reset();

        assertThat(start(turns, ROUND, _ -> true)).isEqualTo(undone);
    }
}
