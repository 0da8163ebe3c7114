package dev.millrace.standalone.audit;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.policy.Arm;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.contracts.policy.Rule;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** The shares of the arms of a split, with a ramp at its first step. */
final class SplitShares {
    private static final BigDecimal ALL_PERCENT = BigDecimal.valueOf(100);

    /** Decimals of a mean cost in US dollars, which is not exact. */
    private static final int MEAN_DECIMALS = 12;

    private SplitShares() {}

    /**
     * An arm's share.
     *
     * @param weight relative to the sum of all weights
     */
    record Share(Model model, BigDecimal weight) {}

    /** Returns the arms with a share. */
    static List<Share> of(Rule rule, Catalog catalog) {
        String ramped = rule.ramp().map(Ramp::arm).orElse("");
        List<Arm> others = rule.split().stream().filter(it -> !it.model().equals(ramped)).toList();
        BigDecimal weights = BigDecimal.valueOf(others.stream().mapToLong(Arm::weight).sum());
        BigDecimal percent =
                rule.ramp()
                        .map(it -> BigDecimal.valueOf(it.steps().getFirst()))
                        .orElse(BigDecimal.ZERO);
        List<Share> shares = new ArrayList<>();
        add(shares, catalog, ramped, percent.multiply(weights));
        for (Arm arm : others) {
            BigDecimal rest = ALL_PERCENT.subtract(percent);
            add(shares, catalog, arm.model(), rest.multiply(BigDecimal.valueOf(arm.weight())));
        }
        return shares;
    }

    private static void add(List<Share> shares, Catalog catalog, String name, BigDecimal weight) {
        if (weight.signum() > 0) {
            catalog.find(name).ifPresent(model -> shares.add(new Share(model, weight)));
        }
    }

    /** Returns the cost of a group that is divided by the shares, in US dollars. */
    static BigDecimal mean(List<Share> shares, RequestGroup group) {
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal weights = BigDecimal.ZERO;
        for (Share share : shares) {
            sum = sum.add(group.costAt(share.model()).multiply(share.weight()));
            weights = weights.add(share.weight());
        }
        return sum.divide(weights, MEAN_DECIMALS, RoundingMode.HALF_UP);
    }
}
