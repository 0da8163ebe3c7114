package dev.millrace.quota;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Amounts as a provider counts them, with the largest sum in any window. */
public final class Uses {
    private final List<Use> uses = new ArrayList<>();

    private record Use(long nanos, long amount) {}

    public void add(long amount, long nanos) {
        uses.add(new Use(nanos, amount));
    }

    public long sum() {
        return uses.stream().mapToLong(Use::amount).sum();
    }

    /** Returns the largest sum of the amounts in any window of this length. */
    public long largestSumWithin(Duration window) {
        uses.sort(Comparator.comparingLong(Use::nanos));
        long largest = 0;
        long sum = 0;
        int oldest = 0;
        for (Use use : uses) {
            sum += use.amount;
            for (; use.nanos - uses.get(oldest).nanos >= window.toNanos(); oldest++) {
                sum -= uses.get(oldest).amount;
            }
            largest = Math.max(largest, sum);
        }
        return largest;
    }
}
