package dev.millrace.contracts.config;

import static dev.millrace.contracts.Violation.require;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * One entry of {@code policies}: which model a job gets that leaves the choice to us.
 *
 * @param rules the first one whose condition holds decides
 */
public record PolicyConfig(List<Rule> rules) {
    /** The policy of a file that names none: the cheapest able model. */
    public static final PolicyConfig SHIPPED = new PolicyConfig(List.of(Rule.use("deepseek-v3.2")));

    public PolicyConfig {
        require(!rules.isEmpty(), "rules", "must have at least one rule");
        require(
                rules.subList(0, rules.size() - 1).stream()
                        .noneMatch(rule -> rule.when().isEmpty()),
                "rules",
                "must end with the rule without when, which always decides");
        rules = List.copyOf(rules);
    }

    /**
     * The chain of the last rule without a condition: what every job may be given; empty if there
     * is none.
     */
    public List<String> unconditionalChain() {
        return rules.reversed().stream()
                .filter(rule -> rule.when().isEmpty() && !rule.use().isEmpty())
                .findFirst()
                .map(Rule::use)
                .orElse(List.of());
    }

    /**
     * A condition and what follows from it: exactly one of {@code use}, {@code split} and {@code
     * cheapest}.
     *
     * @param when what must hold of the job; absent: it always does
     * @param use a chain of models by name or alias: first choice, then fallbacks
     * @param split a share of the jobs for each of several models
     * @param ramp how the share of one of them grows
     * @param guard what takes its share away again
     * @param cheapest the cheapest model that can do it, as it is written
     */
    public record Rule(
            Optional<When> when,
            List<String> use,
            List<Arm> split,
            Optional<Ramp> ramp,
            Optional<Guard> guard,
            Optional<JsonNode> cheapest) {
        public Rule {
            var ways = Stream.of(!use.isEmpty(), !split.isEmpty(), cheapest.isPresent());
            require(
                    ways.filter(it -> it).count() == 1,
                    "use",
                    "must name models, unless split or cheapest is there instead");
            require(new HashSet<>(use).size() == use.size(), "use", "must name each model once");
            require(ramp.isEmpty() || !split.isEmpty(), "ramp", "must come with split");
            require(guard.isEmpty() || !split.isEmpty(), "guard", "must come with split");
            var arms = split.stream().map(Arm::model).toList();
            require(
                    ramp.stream().allMatch(it -> arms.contains(it.arm())),
                    "ramp",
                    "must name an arm of split");
            require(
                    guard.stream().allMatch(it -> arms.contains(it.arm())),
                    "guard",
                    "must name an arm of split");
            use = List.copyOf(use);
            split = List.copyOf(split);
        }

        /** A rule without a condition. */
        public static Rule use(String... models) {
            return new Rule(
                    Optional.empty(),
                    List.of(models),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
    }

    /** How hard a job is to answer well. */
    public enum Complexity {
        SIMPLE,
        MODERATE,
        COMPLEX
    }

    /**
     * What must hold of a job; what is absent need not.
     *
     * @param latencySensitive whether someone waits for the answer
     * @param language one of these, as ISO 639-1 codes
     * @param complexity one of these
     * @param maxCostUsd what the job may cost
     */
    public record When(
            Optional<Boolean> latencySensitive,
            Set<String> language,
            Set<Complexity> complexity,
            Optional<AtLeast> maxCostUsd) {
        public When {
            language = Set.copyOf(language);
            complexity = Set.copyOf(complexity);
        }
    }

    /**
     * A lower bound.
     *
     * @param atLeast this or more
     */
    public record AtLeast(BigDecimal atLeast) {
        public AtLeast {
            require(atLeast.signum() >= 0, "at_least", "must be 0 or more");
        }
    }

    /**
     * One share of a split.
     *
     * @param model by name or alias
     * @param weight its part of the sum of all weights, 0 to 1000000
     */
    public record Arm(String model, int weight) {
        private static final int HEAVIEST = 1_000_000;

        public Arm {
            require(
                    weight >= 0 && weight <= HEAVIEST,
                    "weight",
                    "must be 0 to 1000000, was " + weight);
        }
    }

    /**
     * How the share of an arm grows.
     *
     * @param arm the model of that arm
     * @param steps its shares, in percent
     * @param each what completes a step
     */
    public record Ramp(String arm, List<Double> steps, Step each) {
        public Ramp {
            require(
                    !steps.isEmpty() && steps.stream().allMatch(it -> it > 0 && it <= 100),
                    "steps",
                    "must be percentages above 0 and up to 100");
            steps = List.copyOf(steps);
        }
    }

    /**
     * What completes a step.
     *
     * @param goodResults results without an error, 1 or more
     */
    public record Step(int goodResults) {
        public Step {
            require(goodResults >= 1, "good_results", "must be 1 or more, was " + goodResults);
        }
    }

    /**
     * What takes an arm's share away.
     *
     * @param arm the model of that arm
     * @param errorRate percent of errors that is too much
     * @param p95Ratio of the latency against the other arms
     * @param costRatio of the cost per job against the other arms
     * @param over so many of the last jobs
     */
    public record Guard(
            String arm,
            Optional<Double> errorRate,
            Optional<Double> p95Ratio,
            Optional<Double> costRatio,
            int over) {
        public Guard {
            require(
                    errorRate.map(it -> it > 0 && it <= 100).orElse(true),
                    "error_rate",
                    "must be above 0 and up to 100 percent");
            require(p95Ratio.map(it -> it > 0).orElse(true), "p95_ratio", "must be above 0");
            require(costRatio.map(it -> it > 0).orElse(true), "cost_ratio", "must be above 0");
            require(over >= 1, "over", "must be 1 or more, was " + over);
        }
    }
}
