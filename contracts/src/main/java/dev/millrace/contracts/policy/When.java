package dev.millrace.contracts.policy;

import static dev.millrace.contracts.Violation.require;

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
 * What must hold of a job; what is absent or empty need not. All that is there must hold.
 *
 * @param latencySensitive whether someone waits for the answer
 * @param reasoning whether it asks for reasoning
 * @param language one of these, as ISO 639 codes of two or three small letters
 * @param complexity one of these
 * @param task one of these
 * @param capabilities it needs all of these of its model
 * @param priority one of these
 * @param tenant one of these
 * @param metadata under each of these keys it has one of those values; numbers and flags as they
 *     are written
 * @param maxCostUsd its ceiling; a job without one counts as {@link #ASSUMED_CEILING}
 * @param inputTokens its estimated input
 * @param budgetLeftUsd what its tenant may still spend in this period
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

    /** The ceiling of a job that has none, in US dollars, where a condition asks for it. */
    public static final BigDecimal ASSUMED_CEILING = new BigDecimal("0.02");

    public When {
        // No constant: this runs while the constant above is made.
        var code = Pattern.compile("[a-z]{2,3}").asMatchPredicate();
        require(
                language.stream().allMatch(code),
                "language",
                "must be ISO 639 codes such as en or zh");
        require(
                metadata.values().stream().noneMatch(Set::isEmpty),
                "metadata",
                "must have at least one value for each key");
        language = Ordered.copy(language);
        complexity = Ordered.copy(complexity);
        task = Ordered.copy(task);
        capabilities = Ordered.copy(capabilities);
        priority = Ordered.copy(priority);
        tenant = Ordered.copy(tenant);
        metadata = ordered(metadata);
    }

    private static Map<String, Set<String>> ordered(Map<String, Set<String>> given) {
        var copy = new LinkedHashMap<String, Set<String>>();
        new TreeMap<>(given).forEach((key, values) -> copy.put(key, Ordered.copy(values)));
        return Collections.unmodifiableMap(copy);
    }
}
