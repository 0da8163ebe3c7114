package dev.millrace.contracts.policy;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Sets in their natural order, which those of {@link Set#copyOf} do not have: a policy reads the
 * same on every machine.
 */
final class Ordered {
    private Ordered() {}

    static <T extends Comparable<T>> Set<T> copy(Set<T> given) {
        return Collections.unmodifiableSet(new LinkedHashSet<>(new TreeSet<>(given)));
    }
}
