package dev.millrace.standalone.forecast;

import static java.util.Comparator.comparingInt;

import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.standalone.forecast.LineForecast.Routed;
import java.util.Comparator;

/**
 * Groups jobs by the origin of the routing decision and the chosen model.
 *
 * @param routedBy policy, rule and version, or another origin such as {@code catalog}
 * @param model name of the model in the catalog
 */
record RoutingChoice(String routedBy, String model) implements Comparable<RoutingChoice> {
    /** Rules in the order of the policy, then every other origin. */
    private static final Comparator<RoutingChoice> ORDER =
            comparingInt(RoutingChoice::rule)
                    .thenComparing(RoutingChoice::routedBy)
                    .thenComparing(RoutingChoice::model);

    static RoutingChoice of(Routed job) {
        return new RoutingChoice(job.routedBy(), job.model().name());
    }

    private int rule() {
        return RoutedBy.of(routedBy).map(RoutedBy::rule).orElse(Integer.MAX_VALUE);
    }

    @Override
    public int compareTo(RoutingChoice other) {
        return ORDER.compare(this, other);
    }
}
