package dev.millrace.router.guards;

import java.util.Arrays;

/**
 * Durations of a window in ascending order, for fast counting above a limit. Adding or removing a
 * duration shifts up to the whole window: 40 KB for the largest.
 */
final class SortedLatencies {
    private static final int INITIAL_CAPACITY = 64;

    private int[] millis = new int[INITIAL_CAPACITY];
    private int size;

    void add(int time) {
        if (size == millis.length) {
            millis = Arrays.copyOf(millis, 2 * size);
        }
        int at = countUpTo(time);
        System.arraycopy(millis, at, millis, at + 1, size - at);
        millis[at] = time;
        size++;
    }

    /** Removes a duration that was added before. */
    void remove(int time) {
        int at = countUpTo(time) - 1;
        System.arraycopy(millis, at + 1, millis, at, size - at - 1);
        size--;
    }

    int countAbove(long limitMillis) {
        return size - countUpTo(limitMillis);
    }

    /** Returns the 95th percentile (nearest rank). The window must not be empty. */
    int p95() {
        int rank = size - size / GuardRule.SLOW_ONE_IN;
        return millis[rank - 1];
    }

    private int countUpTo(long limitMillis) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (millis[middle] <= limitMillis) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
