package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.JobOptions;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.policy.When;
import dev.millrace.contracts.policy.When.AtLeast;
import dev.millrace.contracts.policy.When.Range;
import dev.millrace.router.classify.Profile;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Matches the conditions of rules against a job. Checks cheap conditions first, and computes only
 * the properties of a job that a condition needs.
 */
record ConditionMatcher(PlanningJob job) {

    /** Returns true when the job meets all conditions. */
    boolean matches(When when) {
        return isOneOf(when.tenant(), job.request()::tenant)
                && isOneOf(when.priority(), this::priority)
                && when.maxCostUsd().map(this::matchesCeiling).orElse(true)
                && when.budgetLeftUsd().map(this::matchesBudget).orElse(true)
                && hasMetadata(when.metadata())
                && when.latencySensitive()
                        .map(it -> it == profile().isLatencySensitive())
                        .orElse(true)
                && isOneOf(when.complexity(), profile()::complexity)
                && when.reasoning().map(it -> it == profile().needsReasoning()).orElse(true)
                && isOneOf(when.task(), profile()::task)
                && (when.capabilities().isEmpty()
                        || profile().capabilities().containsAll(when.capabilities()))
                && when.inputTokens().map(this::matchesInput).orElse(true)
                && (when.language().isEmpty() || profile().languageIsOneOf(when.language()));
    }

    private Profile profile() {
        return job.profile();
    }

    /** Returns true when, by the catalog, the model has the capabilities that the job needs. */
    boolean hasCapabilities(Model model) {
        return model.capabilities().containsAll(profile().capabilities());
    }

    private static <T> boolean isOneOf(Set<T> wanted, Supplier<T> actual) {
        return wanted.isEmpty() || wanted.contains(actual.get());
    }

    private JobOptions options() {
        return job.line().options();
    }

    private Priority priority() {
        Priority requested = options().priority();
        return requested == null ? Priority.NORMAL : requested;
    }

    private boolean matchesCeiling(AtLeast bound) {
        BigDecimal ceiling = options().maxCostUsd();
        return bound.holds(ceiling == null ? When.ASSUMED_CEILING : ceiling);
    }

    /** A tenant without a budget may spend any amount. */
    private boolean matchesBudget(AtLeast bound) {
        BigDecimal left = job.request().budgetLeft().get();
        return left == null || bound.holds(left);
    }

    private boolean matchesInput(Range range) {
        return range.holds(profile().quickInputTokens());
    }

    private boolean hasMetadata(Map<String, Set<String>> wanted) {
        if (wanted.isEmpty()) {
            return true;
        }
        Map<String, String> actual = metadata(options().metadata(), wanted.keySet());
        return wanted.entrySet().stream()
                .allMatch(
                        it -> {
                            String value = actual.get(it.getKey());
                            return value != null && it.getValue().contains(value);
                        });
    }

    /** Returns the scalar values of the given keys as text. */
    private static Map<String, String> metadata(@Nullable String object, Collection<String> keys) {
        Map<String, String> found = new HashMap<>();
        if (object == null) {
            return found;
        }
        byte[] bytes = object.getBytes(StandardCharsets.UTF_8);
        try (JsonParser json = JsonBytes.parser(bytes, 0, bytes.length)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = json.currentName();
                if (json.nextToken().isScalarValue() && keys.contains(key)) {
                    found.put(key, json.getString());
                }
                json.skipChildren();
            }
        }
        return found;
    }
}
