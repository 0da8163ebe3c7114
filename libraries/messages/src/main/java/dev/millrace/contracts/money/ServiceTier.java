package dev.millrace.contracts.money;

import static dev.millrace.yaml.problem.Violation.require;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Names of service tiers, each of which has its own prices.
 *
 * @see <a href="https://openai.com/api-fast-mode/">OpenAI</a>, where {@code priority} is also
 *     called {@code fast} since July 2026
 * @see <a href="https://platform.claude.com/docs/en/api/service-tiers">Anthropic</a>
 */
public final class ServiceTier {
    /** In a request: the provider chooses the tier. In an answer, it names no tier. */
    public static final String ANY = "auto";

    private static final String PRIORITY = "priority";
    private static final String FAST = "fast";

    /** The names of the standard tier, in requests and answers. */
    private static final Set<String> STANDARD =
            Set.of("standard", "default", "standard_only", "on_demand");

    private ServiceTier() {}

    /** Returns true for the standard tier, and for none. */
    public static boolean isStandard(@Nullable String name) {
        return name == null || STANDARD.contains(name);
    }

    /** Finds a tier by its name, or by the other name of the fast tier. */
    static Optional<Price> find(Map<String, Price> tiers, @Nullable String name) {
        if (name == null) {
            return Optional.empty();
        }
        return Optional.ofNullable(tiers.get(name))
                .or(
                        () ->
                                switch (name) {
                                    case PRIORITY -> Optional.ofNullable(tiers.get(FAST));
                                    case FAST -> Optional.ofNullable(tiers.get(PRIORITY));
                                    default -> Optional.empty();
                                });
    }

    /** Returns the tiers in alphabetical order. */
    static Map<String, Price> requireNames(Map<String, Price> tiers) {
        tiers.forEach(
                (name, price) -> {
                    require(
                            !isStandard(name) && !name.equals(ANY) && !name.isBlank(),
                            "tiers",
                            "must name other tiers than the standard one, such as flex, priority"
                                    + " or batch");
                    require(
                            price.tiers().isEmpty()
                                    && price.perCall().isEmpty()
                                    && price.hours().isEmpty(),
                            "tiers",
                            "must not contain tiers, per_call or hours");
                });
        return Collections.unmodifiableMap(new TreeMap<>(tiers));
    }
}
