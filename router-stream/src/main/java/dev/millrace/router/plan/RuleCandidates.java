package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.Tier;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.policy.Cheapest;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.router.policy.ActivePolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lists the models in service that a rule offers for a job, first choice first. */
final class RuleCandidates {
    private final ServiceableModels serviceable;
    private final ModelEligibility eligibility;

    RuleCandidates(ServiceableModels serviceable, ModelEligibility eligibility) {
        this.serviceable = serviceable;
        this.eligibility = eligibility;
    }

    /**
     * Returns the models of a rule.
     *
     * @param number number of the rule, from 1
     */
    List<Model> of(
            Rule rule, int number, ActivePolicy active, ConditionMatcher matcher, ArmLimit limit) {
        if (!rule.split().isEmpty()) {
            return named(arms(rule, number, active, matcher, limit));
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
                among.isEmpty()
                        ? inService(active.policy(), matcher.job().line().endpoint())
                        : named(among).stream();
        return candidates
                .filter(it -> tiers.isEmpty() || tiers.contains(it.tier()))
                .sorted(cheapestFirst(matcher, rule.buy()))
                .toList();
    }

    /**
     * Returns all models in service for a rule that names none, without the policy's canaries.
     * Models of embeddings and of text never replace each other.
     */
    private Stream<Model> inService(Policy policy, Endpoint endpoint) {
        Set<Model> canaries = canaries(policy);
        return serviceable.catalog().models().stream()
                .filter(it -> !canaries.contains(it))
                .filter(it -> isOfSameKind(it, endpoint))
                .filter(eligibility::isInService);
    }

    private static boolean isOfSameKind(Model model, Endpoint endpoint) {
        return model.urlsAt(Endpoints.known().all()).stream()
                .anyMatch(it -> it.generates() == endpoint.generates());
    }

    /** Returns the models that are canaries in any rule of the policy. */
    Set<Model> canaries(Policy policy) {
        return policy.rules().stream()
                .flatMap(rule -> canaries(rule).stream())
                .flatMap(name -> serviceable.catalog().find(name).stream())
                .collect(Collectors.toSet());
    }

    /**
     * Returns the arm that the job belongs to, then the other arms. A canary is included only if it
     * is the job's arm and admits the job.
     */
    private static List<String> arms(
            Rule rule, int number, ActivePolicy active, ConditionMatcher matcher, ArmLimit limit) {
        List<String> arms =
                TrafficSplit.choose(rule, number, active, matcher.job().request().jobId());
        Set<String> canaries = canaries(rule);
        if (arms.isEmpty() || canaries.isEmpty()) {
            return arms;
        }
        String own = arms.getFirst();
        boolean isAdmittedCanary =
                canaries.contains(own)
                        && (!isGuarded(rule, own) || limit.admits(active.routedBy(number)));
        return arms.stream()
                .filter(it -> !canaries.contains(it) || (isAdmittedCanary && it.equals(own)))
                .toList();
    }

    private static boolean isGuarded(Rule rule, String arm) {
        return rule.guard().map(guard -> guard.arm().equals(arm)).orElse(false);
    }

    /**
     * Returns the canaries of a rule: its ramped and guarded arms. A canary gets only its own share
     * and never replaces another model.
     */
    private static Set<String> canaries(Rule rule) {
        Set<String> arms = new HashSet<>();
        rule.ramp().map(Ramp::arm).ifPresent(arms::add);
        rule.guard().map(Guard::arm).ifPresent(arms::add);
        return arms;
    }

    private List<Model> named(List<String> names) {
        List<Model> models = new ArrayList<>(names.size());
        for (String name : names) {
            serviceable
                    .catalog()
                    .find(name)
                    .filter(eligibility::isInService)
                    .filter(it -> !models.contains(it))
                    .ifPresent(models::add);
        }
        return models;
    }

    /**
     * Orders models by the expected cost of a job.
     *
     * @param ofRule how the rule buys jobs that do not say how
     */
    Comparator<Model> cheapestFirst(ConditionMatcher matcher, Optional<Buy> ofRule) {
        PlanningJob job = matcher.job();
        Endpoint url = job.line().endpoint();
        Instant latest = job.latestStart(ofRule);
        return Comparator.comparing(
                model ->
                        ExpectedCost.usd(
                                model,
                                serviceable.called(url, model),
                                job.profile(),
                                job.now(),
                                latest));
    }
}
