package dev.millrace.contracts.policy;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Copies sets into natural order, so that a policy has equal text on every machine. {@link
 * Set#copyOf} has no defined order.
 */
final class SortedSets {
    private SortedSets() {}

    static <T extends Comparable<T>> Set<T> copy(Set<T> given) {
        return Collections.unmodifiableSet(new LinkedHashSet<>(new TreeSet<>(given)));
    }
}
