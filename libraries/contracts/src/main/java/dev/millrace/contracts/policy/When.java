package dev.millrace.contracts.policy;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The condition of a rule. A job must meet every part that is set; an absent or empty part is
 * ignored.
 *
 * @param latencySensitive true for jobs with a waiting client
 * @param reasoning true for jobs that ask for reasoning
 * @param language the job is in one of these languages, ISO 639 codes of two or three lower-case
 *     letters
 * @param complexity the job has one of these complexities
 * @param task the job is of one of these types
 * @param capabilities the job needs all of these
 * @param priority the job has one of these priorities
 * @param tenant the job belongs to one of these tenants
 * @param metadata each of these metadata keys has one of the given values; numbers and booleans
 *     compare as written
 * @param maxCostUsd the job's cost limit; {@link #ASSUMED_CEILING} for a job without a limit
 * @param inputTokens estimated input tokens of the job
 * @param budgetLeftUsd remaining budget of the tenant in this period
 */
public record When(
        Optional<Boolean> latencySensitive,
        Optional<Boolean> reasoning,
        Set<String> language,
        Set<Complexity> complexity,
        Set<TaskType> task,
        Set<Capability> capabilities,
        Set<Priority> priority,
        Set<String> tenant,
        Map<String, Set<String>> metadata,
        Optional<AtLeast> maxCostUsd,
        Optional<Range> inputTokens,
        Optional<AtLeast> budgetLeftUsd) {
    /** The condition that always holds. */
    public static final When ALWAYS =
            new When(
                    Optional.empty(),
                    Optional.empty(),
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    Map.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    /** The cost limit in US dollars that conditions assume for a job without one. */
    public static final BigDecimal ASSUMED_CEILING = new BigDecimal("0.02");

    public When {
        // Not a constant: this runs while ALWAYS is initialized.
        var code = Pattern.compile("[a-z]{2,3}").asMatchPredicate();
        require(
                language.stream().allMatch(code),
                "language",
                "must be ISO 639 codes such as en or zh");
        require(
                metadata.values().stream().noneMatch(Set::isEmpty),
                "metadata",
                "must have at least one value for each key");
        language = SortedSets.copy(language);
        complexity = SortedSets.copy(complexity);
        task = SortedSets.copy(task);
        capabilities = SortedSets.copy(capabilities);
        priority = SortedSets.copy(priority);
        tenant = SortedSets.copy(tenant);
        metadata = ordered(metadata);
    }

    private static Map<String, Set<String>> ordered(Map<String, Set<String>> given) {
        var copy = new LinkedHashMap<String, Set<String>>();
        new TreeMap<>(given).forEach((key, values) -> copy.put(key, SortedSets.copy(values)));
        return Collections.unmodifiableMap(copy);
    }

    /**
     * A lower bound for an amount of money.
     *
     * @param atLeast the bound in US dollars, 0 or more; normalised, so that equal values are also
     *     {@code equals}
     */
    public record AtLeast(BigDecimal atLeast) {
        public AtLeast {
            require(atLeast.signum() >= 0, "at_least", "must be 0 or more");
            atLeast = Usd.normalised(atLeast);
        }

        /** Returns true if the amount is at or above the bound. */
        public boolean holds(BigDecimal amount) {
            return amount.compareTo(atLeast) >= 0;
        }
    }

    /**
     * A range of whole numbers with at least one bound.
     *
     * @param atLeast inclusive lower bound, 0 or more; absent: none
     * @param below exclusive upper bound, above {@code atLeast}; absent: none
     */
    public record Range(OptionalLong atLeast, OptionalLong below) {
        public Range {
            require(
                    atLeast.isPresent() || below.isPresent(),
                    "at_least",
                    "is required, unless below is set");
            require(atLeast.orElse(0) >= 0, "at_least", "must be 0 or more");
            require(
                    below.orElse(Long.MAX_VALUE) > atLeast.orElse(0),
                    "below",
                    "must be above at_least, and 1 or more");
        }

        /** Returns true if the number is within the range. */
        public boolean holds(long number) {
            return number >= atLeast.orElse(Long.MIN_VALUE)
                    && (below.isEmpty() || number < below.getAsLong());
        }
    }
}
