package dev.millrace.contracts.policy;

import static dev.millrace.contracts.Violation.require;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.Tier;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A condition and what follows from it: exactly one of {@code use}, {@code split}, {@code cheapest}
 * and {@code tier}. A rule none of whose models is in service is passed over, and so is one of
 * {@code cheapest} or {@code tier} when none of its models can do the job.
 *
 * @param when what must hold of the job; absent: it always does
 * @param use a chain of models by name or alias: first choice, then fallbacks; at most 32
 * @param split a share of the jobs for each of several models; 2 to 32
 * @param cheapest the cheapest model that can do it
 * @param tier the cheapest model of that tier that can do it
 * @param ramp how the share of one arm of {@code split} grows
 * @param guard what takes the share of one arm of {@code split} away again
 */
public record Rule(
        Optional<When> when,
        List<String> use,
        List<Arm> split,
        Optional<Cheapest> cheapest,
        Optional<Tier> tier,
        Optional<Ramp> ramp,
        Optional<Guard> guard) {
    private static final int MOST_MODELS = 32;

    public Rule {
        require(
                when.map(it -> !it.equals(When.ALWAYS)).orElse(true),
                "when",
                "must have a condition; leave it out where the rule always holds");
        var ways =
                Stream.of(!use.isEmpty(), !split.isEmpty(), cheapest.isPresent(), tier.isPresent());
        require(
                ways.filter(it -> it).count() == 1,
                "use",
                "must name models, unless one of split, cheapest and tier is there instead");
        require(use.size() <= MOST_MODELS, "use", "must name at most 32 models");
        require(new HashSet<>(use).size() == use.size(), "use", "must name each model once");
        requireArms(split);
        requireArm("ramp", ramp.map(Ramp::arm), split);
        requireArm("guard", guard.map(Guard::arm), split);
        use = List.copyOf(use);
        split = List.copyOf(split);
    }

    /** The models that it names, first choice first; none if it takes whatever is in service. */
    public List<String> models() {
        return Stream.of(
                        use.stream(),
                        split.stream().map(Arm::model),
                        cheapest.stream().flatMap(it -> it.among().stream()))
                .flatMap(it -> it)
                .toList();
    }

    /** The models of a catalog that a job may get from it, in its order. */
    public Stream<Model> mayChoose(Catalog catalog) {
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
        require(arms == 0 || (arms > 1 && arms <= MOST_MODELS), "split", "must have 2 to 32 arms");
        require(
                arms == 0 || split.stream().anyMatch(it -> it.weight() > 0),
                "split",
                "must give some weight to an arm");
    }

    private static void requireArm(String key, Optional<String> arm, List<Arm> split) {
        var named = arm.stream().toList();
        require(named.isEmpty() || !split.isEmpty(), key, "must come with split");
        require(
                split.stream().map(Arm::model).toList().containsAll(named),
                key,
                "must name an arm of split");
        require(
                named.isEmpty()
                        || split.stream()
                                .anyMatch(it -> it.weight() > 0 && !named.contains(it.model())),
                key,
                "must leave some weight to another arm");
    }
}
