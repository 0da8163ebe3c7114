package dev.millrace.worker.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class KeyChoiceTest {
    private static int[] order(long affinity, int keys) {
        return new KeyChoice(_ -> true, OptionalLong.of(affinity)).order(keys, 3);
    }

    private static long[] affinities() {
        return new SplittableRandom(1).longs(1_000).toArray();
    }

    @Test
    void callsWithoutAffinityUseKeysInTurn() {
        assertThat(KeyChoice.inTurn(_ -> true).order(3, 4)).containsExactly(1, 2, 0);
    }

    @Test
    void orderByAffinityHasEachKeyOnce() {
        assertThat(order(7, 4)).containsExactlyInAnyOrder(0, 1, 2, 3);
        assertThat(order(7, 4)).isEqualTo(order(7, 4));
    }

    @Test
    void affinitiesAreSpreadOverKeys() {
        assertThat(
                        IntStream.range(0, 4)
                                .mapToLong(
                                        key ->
                                                LongStream.of(affinities())
                                                        .filter(it -> order(it, 4)[0] == key)
                                                        .count()))
                .allSatisfy(count -> assertThat(count).isBetween(200L, 300L));
    }

    @Test
    void furtherKeyTakesItsShareOnly() {
        assertThat(LongStream.of(affinities()).filter(it -> order(it, 5)[0] != order(it, 4)[0]))
                .allSatisfy(it -> assertThat(order(it, 5)[0]).isEqualTo(4))
                .hasSizeBetween(150, 250);
    }
}
