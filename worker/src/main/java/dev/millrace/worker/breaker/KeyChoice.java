package dev.millrace.worker.breaker;

import java.util.Comparator;
import java.util.OptionalLong;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What decides about the API key of a call.
 *
 * @param hasRoom whether the limits of a key permit a call now, by the key's index
 * @param affinity equal for calls that should use one key as long as it has room, since each key
 *     can belong to an account with its own cache of prompts; empty for calls that use keys in turn
 */
public record KeyChoice(IntPredicate hasRoom, OptionalLong affinity) {
    /** 2^64 divided by the golden ratio, made odd. */
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private static final int HALF_BITS = 32;

    /** Returns the choice of a call that uses keys in turn. */
    public static KeyChoice inTurn(IntPredicate hasRoom) {
        return new KeyChoice(hasRoom, OptionalLong.empty());
    }

    /**
     * Returns the keys in the order of preference. By affinity, this is rendezvous hashing: each
     * key has a random rank for each affinity, so that a further key changes the first choice of
     * few calls.
     *
     * @param count number of keys, at least 1
     * @param turn number of the turn, modulo 2^32
     */
    int[] order(int count, int turn) {
        if (affinity.isEmpty()) {
            return IntStream.range(0, count).map(i -> Math.floorMod(turn + i, count)).toArray();
        }
        return IntStream.range(0, count)
                .boxed()
                .sorted(Comparator.comparingLong(this::rank))
                .mapToInt(key -> key)
                .toArray();
    }

    /** Mixes the bits, so that the ranks of different keys are independent. */
    private long rank(int key) {
        long mixed = (affinity.orElseThrow() + key) * GOLDEN_GAMMA;
        mixed = (mixed ^ (mixed >>> HALF_BITS)) * GOLDEN_GAMMA;
        return mixed ^ (mixed >>> HALF_BITS);
    }
}
