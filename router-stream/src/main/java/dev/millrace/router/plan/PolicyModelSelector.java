package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.ModelNames;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.router.policy.ActivePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Selects the models for a job by a policy: the eligible models of the first matching rule with
 * eligible models. If all models of the matching rules are too small, the job is routed to the
 * cheapest model of the policy that is large enough.
 *
 * <p>Models must have the capabilities that the job needs. If no model has them, the job is routed
 * without this requirement instead of being rejected, because a user's model can have more
 * capabilities than its catalog entry.
 */
final class PolicyModelSelector {
    private final ServiceableModels serviceable;
    private final ModelEligibility eligibility;
    private final RuleCandidates ruleCandidates;

    PolicyModelSelector(ServiceableModels serviceable, ModelEligibility eligibility) {
        this.serviceable = serviceable;
        this.eligibility = eligibility;
        ruleCandidates = new RuleCandidates(serviceable, eligibility);
    }

    /** Returns the eligible models in the order of their rule, or the reasons why there is none. */
    Plan select(ConditionMatcher matcher, ActivePolicy active, ArmLimit limit) {
        Plan plan = select(matcher, active, limit, matcher::hasCapabilities);
        return plan instanceof Plan.Rejected && !matcher.job().profile().capabilities().isEmpty()
                ? select(matcher, active, limit, _ -> true)
                : plan;
    }

    private Plan select(
            ConditionMatcher matcher,
            ActivePolicy active,
            ArmLimit limit,
            Predicate<Model> hasCapabilities) {
        List<Rule> rules = active.policy().rules();
        List<Plan.Rejected> rejections = new ArrayList<>();
        int firstMatch = 0;
        for (int number = 1; number <= rules.size(); number++) {
            Rule rule = rules.get(number - 1);
            if (!rule.when().map(matcher::matches).orElse(true)) {
                continue;
            }
            List<Model> eligible = new ArrayList<>();
            for (Model model : ruleCandidates.of(rule, number, active, matcher, limit)) {
                if (hasCapabilities.test(model)) {
                    firstMatch = firstMatch == 0 ? number : firstMatch;
                    var modelRejections = rejections(matcher, model);
                    rejections.addAll(modelRejections);
                    if (modelRejections.isEmpty()) {
                        eligible.add(model);
                    }
                }
            }
            if (!eligible.isEmpty()) {
                return routed(eligible, active, number);
            }
        }
        int number = firstMatch;
        return largerModel(matcher, active, rejections, hasCapabilities)
                .<Plan>map(it -> routed(List.of(it), active, number))
                .orElseGet(() -> noModel(active, rejections));
    }

    private static Plan.Routed routed(List<Model> chain, ActivePolicy active, int number) {
        Rule rule = active.policy().rules().get(number - 1);
        return new Plan.Routed(chain, active.routedBy(number), rule.cache(), rule.buy());
    }

    private List<Plan.Rejected> rejections(ConditionMatcher matcher, Model model) {
        return eligibility.rejections(matcher.job(), model);
    }

    /**
     * Returns the cheapest model of the policy that is large enough, if a model was too small. A
     * ramped or guarded model of any rule never replaces another one.
     */
    private Optional<Model> largerModel(
            ConditionMatcher matcher,
            ActivePolicy active,
            List<Plan.Rejected> rejections,
            Predicate<Model> hasCapabilities) {
        if (rejections.stream().noneMatch(it -> it.error() == ErrorCode.CONTEXT_LENGTH_EXCEEDED)) {
            return Optional.empty();
        }
        Set<Model> canaries = ruleCandidates.canaries(active.policy());
        return active.policy().selectableModels(serviceable.catalog()).stream()
                .filter(it -> !canaries.contains(it))
                .filter(hasCapabilities)
                .filter(eligibility::isInService)
                .filter(it -> eligibility.isEligible(matcher.job(), it))
                .min(ruleCandidates.cheapestFirst(matcher, Optional.empty()));
    }

    private Plan noModel(ActivePolicy active, List<Plan.Rejected> rejections) {
        return rejections.isEmpty()
                ? new Plan.Rejected(
                        ErrorCode.UNKNOWN_MODEL,
                        "the policy "
                                + active.name()
                                + "@"
                                + active.version()
                                + " offers this job no model that is in service"
                                + ModelNames.offText(serviceable.names().off())
                                        .map(it -> "; " + it)
                                        .orElse(""),
                        "body.model")
                : Plan.Rejected.all(rejections);
    }
}
