package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.router.canary.inflight.CanaryInFlightLimit;
import dev.millrace.router.policy.LivePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The models that a policy chooses for a job: of the first rule that holds and has one that is in
 * service and can do it. When all that hold have only models that are too small for it, the
 * cheapest model that the policy names anywhere and that is large enough gets it.
 *
 * <p>What a job needs beyond text counts as long as any model has it. A model of the user's own may
 * do more than the catalog says: rather than refusing the job, it is given to one.
 */
final class PolicyChoice {
    private final Offer offer;
    private final Fitness fitness;
    private final RuleModels ruleModels;

    PolicyChoice(Offer offer, Fitness fitness) {
        this.offer = offer;
        this.fitness = fitness;
        ruleModels = new RuleModels(offer, fitness);
    }

    /**
     * Models that can do the job, in the order of the rule; or why there is none.
     *
     * @param live the policy as it is now
     */
    Plan choose(Facts facts, LivePolicy live, CanaryInFlightLimit room) {
        Plan plan = choose(facts, live, room, facts::hasWhatItNeeds);
        return plan instanceof Plan.Refused && !facts.profile().capabilities().isEmpty()
                ? choose(facts, live, room, _ -> true)
                : plan;
    }

    private Plan choose(
            Facts facts,
            LivePolicy live,
            CanaryInFlightLimit room,
            Predicate<Model> hasWhatItNeeds) {
        List<Rule> rules = live.policy().rules();
        List<Plan.Refused> reasons = new ArrayList<>();
        int firstHeld = 0;
        for (int number = 1; number <= rules.size(); number++) {
            Rule rule = rules.get(number - 1);
            if (!rule.when().map(facts::satisfy).orElse(true)) {
                continue;
            }
            List<Model> able = new ArrayList<>();
            for (Model model : ruleModels.of(rule, number, live, facts, room)) {
                if (hasWhatItNeeds.test(model)) {
                    firstHeld = firstHeld == 0 ? number : firstHeld;
                    var against = reasonsAgainst(facts, model);
                    reasons.addAll(against);
                    if (against.isEmpty()) {
                        able.add(model);
                    }
                }
            }
            if (!able.isEmpty()) {
                return new Plan.Routed(able, live.routedBy(number));
            }
        }
        int rule = firstHeld;
        return larger(facts, live, reasons, hasWhatItNeeds)
                .<Plan>map(it -> new Plan.Routed(List.of(it), live.routedBy(rule)))
                .orElseGet(() -> none(live, reasons));
    }

    private List<Plan.Refused> reasonsAgainst(Facts facts, Model model) {
        return fitness.reasonsAgainst(facts.job().line(), facts.profile(), model);
    }

    /** A model on trial in any rule stands in for none. */
    private Optional<Model> larger(
            Facts facts,
            LivePolicy live,
            List<Plan.Refused> reasons,
            Predicate<Model> hasWhatItNeeds) {
        if (reasons.stream().noneMatch(it -> it.error() == ErrorCode.CONTEXT_LENGTH_EXCEEDED)) {
            return Optional.empty();
        }
        Set<Model> onTrial = ruleModels.onTrial(live.policy());
        return live.policy().mayChoose(offer.catalog()).stream()
                .filter(it -> !onTrial.contains(it))
                .filter(hasWhatItNeeds)
                .filter(fitness::isInService)
                .filter(it -> fitness.isAble(facts.job().line(), facts.profile(), it))
                .min(RuleModels.cheapestFirst(facts));
    }

    private static Plan none(LivePolicy live, List<Plan.Refused> reasons) {
        return reasons.isEmpty()
                ? new Plan.Refused(
                        ErrorCode.UNKNOWN_MODEL,
                        "none of the models that the policy "
                                + live.name()
                                + "@"
                                + live.version()
                                + " has for this job is in service",
                        "body.model")
                : Plan.Refused.all(reasons);
    }
}
