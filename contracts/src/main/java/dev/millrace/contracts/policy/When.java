package dev.millrace.contracts.policy;

import static dev.millrace.reader.problem.Violation.require;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.job.Priority;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The condition of a rule. A job must meet every part that is set; an absent or empty part is
 * ignored.
 *
 * @param latencySensitive whether someone is waiting for the answer
 * @param reasoning whether the job asks for reasoning
 * @param language the job is in one of these languages, ISO 639 codes of two or three lower-case
 *     letters
 * @param complexity the job has one of these complexities
 * @param task the job is of one of these types
 * @param capabilities the job needs all of these
 * @param priority the job has one of these priorities
 * @param tenant the job belongs to one of these tenants
 * @param metadata each of these metadata keys has one of the given values; numbers and booleans
 *     compare as written
 * @param maxCostUsd the job's cost limit; a job without one counts as {@link #ASSUMED_CEILING}
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
        // Not a constant: this runs while ALWAYS is initialised.
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
}
