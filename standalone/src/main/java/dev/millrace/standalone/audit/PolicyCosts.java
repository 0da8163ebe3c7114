package dev.millrace.standalone.audit;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.contracts.policy.When;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Computes the cost of requests under a policy. A log has no prompts, so a condition on the content
 * of a request may or may not hold. The cost is therefore a range over all models that the policy
 * can choose.
 */
final class PolicyCosts {
    private final Catalog catalog;
    private final Policy policy;
    private final Set<Model> canaries = new LinkedHashSet<>();

    PolicyCosts(Catalog catalog, Policy policy) {
        this.catalog = catalog;
        this.policy = policy;
        policy.rules().stream()
                .flatMap(
                        rule -> Stream.concat(arm(rule), rule.guard().map(it -> it.arm()).stream()))
                .flatMap(name -> catalog.find(name).stream())
                .forEach(canaries::add);
    }

    private static Stream<String> arm(Rule rule) {
        return rule.ramp().map(it -> it.arm()).stream();
    }

    /** One cost that is possible, with its models. */
    private record Outcome(BigDecimal usd, List<Model> models) {}

    /**
     * Returns the possible costs of a group.
     *
     * @param current the model that answered the requests; has all their required capabilities
     */
    CostRange rangeOf(RequestGroup group, Model current) {
        List<Outcome> outcomes = outcomes(group, current);
        if (outcomes.isEmpty()) {
            BigDecimal usd = group.costAt(current);
            return new CostRange(usd, usd, Set.of(current), group.requests());
        }
        var models = new LinkedHashSet<Model>();
        outcomes.forEach(it -> models.addAll(it.models()));
        List<BigDecimal> costs = outcomes.stream().map(Outcome::usd).sorted().toList();
        return new CostRange(costs.getFirst(), costs.getLast(), models, 0);
    }

    private List<Outcome> outcomes(RequestGroup group, Model current) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Rule rule : policy.rules()) {
            Certainty condition = rule.when().map(it -> certainty(it, group)).orElse(Certainty.YES);
            boolean isCertain =
                    condition != Certainty.NO && addOutcomes(rule, group, current, outcomes);
            if (isCertain && condition == Certainty.YES) {
                return outcomes;
            }
        }
        if (outcomes.isEmpty()) {
            largerModel(group).ifPresent(it -> outcomes.add(at(it, group)));
        }
        return outcomes;
    }

    /** Whether a condition holds, as far as a log shows. */
    private enum Certainty {
        YES,
        MAYBE,
        NO
    }

    private static Certainty certainty(When when, RequestGroup group) {
        if (when.inputTokens().map(it -> !it.holds(group.sampleInput())).orElse(false)
                || when.maxCostUsd().map(it -> !it.holds(When.ASSUMED_CEILING)).orElse(false)) {
            return Certainty.NO;
        }
        boolean dependsOnContent =
                when.latencySensitive().isPresent()
                        || when.reasoning().isPresent()
                        || when.budgetLeftUsd().isPresent()
                        || !when.metadata().isEmpty()
                        || Stream.of(
                                        when.language(),
                                        when.complexity(),
                                        when.task(),
                                        when.capabilities(),
                                        when.priority(),
                                        when.tenant())
                                .anyMatch(it -> !it.isEmpty());
        return dependsOnContent ? Certainty.MAYBE : Certainty.YES;
    }

    /**
     * Adds the possible outcomes of a rule.
     *
     * @return true if the rule has a model for every request of the group
     */
    private boolean addOutcomes(
            Rule rule, RequestGroup group, Model current, List<Outcome> outcomes) {
        if (!rule.split().isEmpty()) {
            return addSplit(rule, group, current, outcomes);
        }
        for (Model model : candidates(rule, group).filter(it -> fits(it, group)).toList()) {
            outcomes.add(at(model, group));
            if (canReplace(model, current)) {
                return true;
            }
        }
        return false;
    }

    private boolean addSplit(Rule rule, RequestGroup group, Model current, List<Outcome> outcomes) {
        List<SplitShares.Share> shares =
                SplitShares.of(rule, catalog).stream()
                        .filter(it -> fits(it.model(), group))
                        .toList();
        if (shares.isEmpty()) {
            return false;
        }
        outcomes.add(
                new Outcome(
                        SplitShares.mean(shares, group),
                        shares.stream().map(SplitShares.Share::model).toList()));
        return shares.stream().allMatch(it -> canReplace(it.model(), current));
    }

    private Stream<Model> candidates(Rule rule, RequestGroup group) {
        if (!rule.use().isEmpty()) {
            return rule.use().stream().flatMap(name -> catalog.find(name).stream());
        }
        return rule.selectableModels(catalog)
                .filter(it -> !rule.models().isEmpty() || !canaries.contains(it))
                .filter(it -> !CheaperModels.isOfEmbeddings(it))
                .sorted(Comparator.comparing(group::costAt));
    }

    /**
     * Returns the cheapest model of the policy that is large enough, when all rules are too small.
     */
    private Optional<Model> largerModel(RequestGroup group) {
        return policy.selectableModels(catalog).stream()
                .filter(it -> !canaries.contains(it) && !CheaperModels.isOfEmbeddings(it))
                .filter(it -> fits(it, group))
                .min(Comparator.comparing(group::costAt));
    }

    private static boolean fits(Model model, RequestGroup group) {
        return group.largestTotal() <= model.contextWindow().orElse(Long.MAX_VALUE);
    }

    private static boolean canReplace(Model model, Model current) {
        return model.capabilities().containsAll(current.capabilities());
    }

    private static Outcome at(Model model, RequestGroup group) {
        return new Outcome(group.costAt(model), List.of(model));
    }
}
