package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.Tier;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.policy.Cheapest;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The models that a policy chooses for a job: of the first rule that holds and has one that is in
 * service and can do it. When all that hold have only models that are too small for it, the
 * cheapest model that the policy names anywhere and that is large enough gets it.
 */
final class PolicyChoice {
    private final Offer offer;
    private final Fitness fitness;

    PolicyChoice(Offer offer, Fitness fitness) {
        this.offer = offer;
        this.fitness = fitness;
    }

    /**
     * Models that can do the job, in the order of the rule; or why there is none.
     *
     * @param standing the policy as it is now
     */
    Plan choose(Facts facts, Standing standing, ArmRoom room) {
        List<Rule> rules = standing.policy().rules();
        List<Plan.Refused> reasons = new ArrayList<>();
        int firstHeld = 0;
        for (int number = 1; number <= rules.size(); number++) {
            Rule rule = rules.get(number - 1);
            if (!rule.when().map(facts::satisfy).orElse(true)) {
                continue;
            }
            List<Model> models =
                    rule.split().isEmpty()
                            ? models(rule, facts)
                            : arms(rule, number, standing, facts, room);
            List<Model> able = models.stream().filter(it -> isAble(facts, it)).toList();
            if (!able.isEmpty()) {
                return new Plan.Routed(able, standing.routedBy(number));
            }
            firstHeld = firstHeld == 0 && !models.isEmpty() ? number : firstHeld;
            models.forEach(
                    it ->
                            fitness.reasonsAgainst(facts.job().line(), facts.profile(), it)
                                    .forEach(reasons::add));
        }
        return larger(facts, standing.policy(), reasons)
                .<Plan>map(standIn(standing, firstHeld))
                .orElseGet(() -> none(standing, reasons));
    }

    private boolean isAble(Facts facts, Model model) {
        return fitness.reasonsAgainst(facts.job().line(), facts.profile(), model)
                .findAny()
                .isEmpty();
    }

    /** The models of a rule that are in service, first choice first. */
    private List<Model> models(Rule rule, Facts facts) {
        if (!rule.use().isEmpty()) {
            return named(rule.use()).toList();
        }
        Set<Tier> tiers =
                rule.tier()
                        .map(Set::of)
                        .or(() -> rule.cheapest().map(Cheapest::tier))
                        .orElse(Set.of());
        List<String> among = rule.cheapest().map(Cheapest::among).orElse(List.of());
        Stream<Model> candidates =
                among.isEmpty()
                        ? offer.catalog().models().stream().filter(fitness::isInService)
                        : named(among);
        return candidates
                .filter(it -> tiers.isEmpty() || tiers.contains(it.tier()))
                .filter(it -> it.capabilities().containsAll(facts.profile().capabilities()))
                .sorted(cheapestFirst(facts))
                .toList();
    }

    private List<Model> arms(Rule rule, int number, Standing standing, Facts facts, ArmRoom room) {
        var job = facts.job().jobId();
        List<String> arms = Split.choose(rule, number, standing, job);
        boolean isFull =
                rule.guard().isPresent()
                        && !arms.isEmpty()
                        && arms.getFirst().equals(rule.guard().get().arm())
                        && !room.hasRoom(standing.routedBy(number));
        return named(isFull ? arms.subList(1, arms.size()) : arms).toList();
    }

    private Stream<Model> named(List<String> names) {
        return names.stream()
                .flatMap(name -> offer.catalog().find(name).stream())
                .filter(fitness::isInService);
    }

    private static Comparator<Model> cheapestFirst(Facts facts) {
        return Comparator.comparing(model -> ExpectedCost.usd(model, facts.profile()));
    }

    private Optional<Model> larger(Facts facts, Policy policy, List<Plan.Refused> reasons) {
        if (reasons.stream().noneMatch(it -> it.error() == ErrorCode.CONTEXT_LENGTH_EXCEEDED)) {
            return Optional.empty();
        }
        return policy.mayChoose(offer.catalog()).stream()
                .filter(fitness::isInService)
                .filter(it -> isAble(facts, it))
                .min(cheapestFirst(facts));
    }

    private static Function<Model, Plan> standIn(Standing standing, int rule) {
        return model -> new Plan.Routed(List.of(model), standing.routedBy(rule));
    }

    private static Plan none(Standing standing, List<Plan.Refused> reasons) {
        return reasons.isEmpty()
                ? new Plan.Refused(
                        ErrorCode.UNKNOWN_MODEL,
                        "none of the models that the policy "
                                + standing.name()
                                + "@"
                                + standing.version()
                                + " has for this job is in service",
                        "body.model")
                : Plan.Refused.all(reasons);
    }
}
