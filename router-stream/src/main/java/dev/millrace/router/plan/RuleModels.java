package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.Tier;
import dev.millrace.contracts.policy.Cheapest;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.router.canary.inflight.CanaryInFlightLimit;
import dev.millrace.router.canary.split.TrafficSplit;
import dev.millrace.router.policy.LivePolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The models that a rule has for a job and that are in service, first choice first. */
final class RuleModels {
    private final Offer offer;
    private final Fitness fitness;

    RuleModels(Offer offer, Fitness fitness) {
        this.offer = offer;
        this.fitness = fitness;
    }

    /**
     * The models of a rule.
     *
     * @param number of the rule, from 1
     */
    List<Model> of(Rule rule, int number, LivePolicy live, Facts facts, CanaryInFlightLimit room) {
        if (!rule.split().isEmpty()) {
            return named(arms(rule, number, live, facts, room));
        }
        if (!rule.use().isEmpty()) {
            return named(rule.use());
        }
        Set<Tier> tiers =
                rule.tier()
                        .map(Set::of)
                        .or(() -> rule.cheapest().map(Cheapest::tier))
                        .orElse(Set.of());
        List<String> among = rule.cheapest().map(Cheapest::among).orElse(List.of());
        Stream<Model> candidates =
                among.isEmpty() ? inService(live.policy()) : named(among).stream();
        return candidates
                .filter(it -> tiers.isEmpty() || tiers.contains(it.tier()))
                .sorted(cheapestFirst(facts))
                .toList();
    }

    /** A policy that names no model means none that it only tries elsewhere. */
    private Stream<Model> inService(Policy policy) {
        Set<Model> onTrial = onTrial(policy);
        return offer.catalog().models().stream()
                .filter(it -> !onTrial.contains(it))
                .filter(fitness::isInService);
    }

    /** The models that any rule of a policy only tries. */
    Set<Model> onTrial(Policy policy) {
        return policy.rules().stream()
                .flatMap(rule -> onTrial(rule).stream())
                .flatMap(name -> offer.catalog().find(name).stream())
                .collect(Collectors.toSet());
    }

    /** The arm that has the job, and then the others; but see {@link #onTrial(Rule)}. */
    private static List<String> arms(
            Rule rule, int number, LivePolicy live, Facts facts, CanaryInFlightLimit room) {
        List<String> arms = TrafficSplit.choose(rule, number, live, facts.job().jobId());
        Set<String> onTrial = onTrial(rule);
        if (arms.isEmpty() || onTrial.isEmpty()) {
            return arms;
        }
        String chosen = arms.getFirst();
        boolean isTried =
                onTrial.contains(chosen)
                        && (!isGuarded(rule, chosen) || room.hasCapacity(live.routedBy(number)));
        return arms.stream()
                .filter(it -> !onTrial.contains(it) || (isTried && it.equals(chosen)))
                .toList();
    }

    private static boolean isGuarded(Rule rule, String arm) {
        return rule.guard().map(guard -> guard.arm().equals(arm)).orElse(false);
    }

    /**
     * The arms that a rule only tries: ramped or guarded ones. Such an arm gets what is its own,
     * and never stands in for another model.
     */
    private static Set<String> onTrial(Rule rule) {
        Set<String> arms = new HashSet<>();
        rule.ramp().map(Ramp::arm).ifPresent(arms::add);
        rule.guard().map(Guard::arm).ifPresent(arms::add);
        return arms;
    }

    private List<Model> named(List<String> names) {
        List<Model> models = new ArrayList<>(names.size());
        for (String name : names) {
            offer.catalog().find(name).filter(fitness::isInService).ifPresent(models::add);
        }
        return models;
    }

    static Comparator<Model> cheapestFirst(Facts facts) {
        return Comparator.comparing(model -> ExpectedCost.usd(model, facts.profile()));
    }
}
