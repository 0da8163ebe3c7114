package dev.millrace.worker.breaker;

import java.util.HashSet;
import java.util.Set;

/**
 * The breakers that calls of one job have opened at once.
 *
 * @param isRepeated true if two calls of the job opened one breaker. The breaker closed in between
 *     because calls of other jobs succeeded, so further failures are the job's fault.
 */
public record Openings(Set<Opening> all, boolean isRepeated) {
    /** No call has opened a breaker. */
    public static final Openings NONE = new Openings(Set.of(), false);

    /**
     * A breaker that a call opened.
     *
     * @param resets times that the breaker was reset before, such as for another API key
     */
    public record Opening(BreakerId id, int resets) {}

    public Openings {
        all = Set.copyOf(all);
    }

    /** Returns a copy with the breakers that a further call has opened; mostly none. */
    public Openings and(Set<Opening> opened) {
        if (opened.isEmpty()) {
            return this;
        }
        var union = new HashSet<>(all);
        union.addAll(opened);
        return new Openings(union, isRepeated || opened.stream().anyMatch(all::contains));
    }
}
