package dev.millrace.router.watch.guard;

import java.util.Arrays;

/**
 * The durations of a window in ascending order, so that what share of them is above a limit is
 * known at once. Adding and removing move up to the whole window: 40 KB for the largest.
 */
final class SortedTimes {
    private static final int FIRST_ROOM = 64;

    private int[] millis = new int[FIRST_ROOM];
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

    /** Removes one that was added. */
    void remove(int time) {
        int at = countUpTo(time) - 1;
        System.arraycopy(millis, at + 1, millis, at, size - at - 1);
        size--;
    }

    int countAbove(long limitMillis) {
        return size - countUpTo(limitMillis);
    }

    /** The least time that 95 % of all do not exceed (nearest rank); there must be one. */
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
