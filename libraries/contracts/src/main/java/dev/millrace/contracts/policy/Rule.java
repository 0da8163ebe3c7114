package dev.millrace.contracts.policy;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.Tier;
import dev.millrace.contracts.job.Buy;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A condition with exactly one way to select a model: {@code use}, {@code split}, {@code cheapest}
 * or {@code tier}. A rule is skipped if none of its models is in service. A rule with {@code
 * cheapest} or {@code tier} is also skipped if none of its models is able to do the job.
 *
 * @param when condition on the job; absent: always true
 * @param use models by name or alias: first choice, then fallbacks; at most 32
 * @param split 2 to 32 models that each get a share of the jobs
 * @param cheapest selects the cheapest model that can do the job
 * @param tier selects the cheapest model of a tier that can do the job
 * @param ramp growth of the share of one arm of {@code split}
 * @param guard thresholds at which one arm of {@code split} loses its share
 * @param cache settings of the answer cache; absent: the router's settings
 * @param buy how the calls of jobs are bought that do not say how; absent: at the standard tier
 */
public record Rule(
        Optional<When> when,
        List<String> use,
        List<Arm> split,
        Optional<Cheapest> cheapest,
        Optional<Tier> tier,
        Optional<Ramp> ramp,
        Optional<Guard> guard,
        Optional<RuleCache> cache,
        Optional<Buy> buy) {
    private static final int MAX_MODELS = 32;

    public Rule {
        require(
                when.map(it -> !it.equals(When.ALWAYS)).orElse(true),
                "when",
                "must have a condition; omit it if the rule always applies");
        var selectors =
                Stream.of(!use.isEmpty(), !split.isEmpty(), cheapest.isPresent(), tier.isPresent());
        require(
                selectors.filter(it -> it).count() == 1,
                "use",
                "is required, or exactly one of split, cheapest and tier instead");
        require(use.size() <= MAX_MODELS, "use", "must name at most 32 models");
        require(new HashSet<>(use).size() == use.size(), "use", "must name each model once");
        requireArms(split);
        requireArm("ramp", ramp.map(Ramp::arm), split);
        requireArm("guard", guard.map(Guard::arm), split);
        use = List.copyOf(use);
        split = List.copyOf(split);
    }

    /** Creates a rule that does not say how calls are bought. */
    public Rule(
            Optional<When> when,
            List<String> use,
            List<Arm> split,
            Optional<Cheapest> cheapest,
            Optional<Tier> tier,
            Optional<Ramp> ramp,
            Optional<Guard> guard,
            Optional<RuleCache> cache) {
        this(when, use, split, cheapest, tier, ramp, guard, cache, Optional.empty());
    }

    /** Creates a rule with the router's settings of the answer cache. */
    public Rule(
            Optional<When> when,
            List<String> use,
            List<Arm> split,
            Optional<Cheapest> cheapest,
            Optional<Tier> tier,
            Optional<Ramp> ramp,
            Optional<Guard> guard) {
        this(when, use, split, cheapest, tier, ramp, guard, Optional.empty());
    }

    /**
     * Returns the models that the rule names, first choice first; empty if the rule selects among
     * all models in service.
     */
    public List<String> models() {
        return Stream.of(
                        use.stream(),
                        split.stream().map(Arm::model),
                        cheapest.stream().flatMap(it -> it.among().stream()))
                .flatMap(it -> it)
                .toList();
    }

    /** Returns the models of a catalog that the rule can select, in order of preference. */
    public Stream<Model> selectableModels(Catalog catalog) {
        var named = models().stream().flatMap(name -> catalog.find(name).stream());
        var tiers = tier.map(Set::of).or(() -> cheapest.map(Cheapest::tier));
        return (models().isEmpty() ? catalog.models().stream() : named)
                .filter(
                        model ->
                                tiers.isEmpty()
                                        || tiers.get().isEmpty()
                                        || tiers.get().contains(model.tier()));
    }

    private static void requireArms(List<Arm> split) {
        var arms = split.stream().map(Arm::model).distinct().count();
        require(arms == split.size(), "split", "must name each model once");
        require(arms == 0 || (arms > 1 && arms <= MAX_MODELS), "split", "must have 2 to 32 arms");
        require(
                arms == 0 || split.stream().anyMatch(it -> it.weight() > 0),
                "split",
                "must have an arm with a weight above 0");
    }

    private static void requireArm(String key, Optional<String> arm, List<Arm> split) {
        var named = arm.stream().toList();
        require(named.isEmpty() || !split.isEmpty(), key, "requires split");
        require(
                split.stream().map(Arm::model).toList().containsAll(named),
                key,
                "must name an arm of split");
        require(
                named.isEmpty()
                        || split.stream()
                                .anyMatch(it -> it.weight() > 0 && !named.contains(it.model())),
                key,
                "must leave another arm with a weight above 0");
    }
}
