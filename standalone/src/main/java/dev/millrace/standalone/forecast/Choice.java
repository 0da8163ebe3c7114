package dev.millrace.standalone.forecast;

import static java.util.Comparator.comparingInt;

import dev.millrace.contracts.policy.RoutedBy;
import java.util.Comparator;

/**
 * What jobs are counted by.
 *
 * @param routedBy policy, rule and version, or {@code catalog} and the like
 * @param model by its catalog name
 */
record Choice(String routedBy, String model) implements Comparable<Choice> {
    /** Rules in the order of the policy, then all else. */
    private static final Comparator<Choice> ORDER =
            comparingInt(Choice::rule).thenComparing(Choice::routedBy).thenComparing(Choice::model);

    private int rule() {
        return RoutedBy.of(routedBy).map(RoutedBy::rule).orElse(Integer.MAX_VALUE);
    }

    @Override
    public int compareTo(Choice other) {
        return ORDER.compare(this, other);
    }
}
