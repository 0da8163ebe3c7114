package dev.millrace.contracts.config;

import static dev.millrace.contracts.Violation.require;

import dev.millrace.contracts.yaml.Unwrapped;
import java.util.Set;

/**
 * Which models a worker serves.
 *
 * @param names the names of these models, or only the word {@code all}
 */
@Unwrapped
public record ModelSelection(Set<String> names) {
    private static final String EVERY = "all";

    /** Every model in service. */
    public static final ModelSelection ALL = new ModelSelection(Set.of(EVERY));

    public ModelSelection {
        require(!names.isEmpty(), "", "must be all or name at least one model");
        require(
                !names.contains(EVERY) || names.size() == 1,
                "",
                "must be all or name models, not both");
        names = Set.copyOf(names);
    }

    /** Whether every model is served. */
    public boolean isAll() {
        return names.contains(EVERY);
    }

    /** Whether a model of that name is served. */
    public boolean includes(String model) {
        return isAll() || names.contains(model);
    }
}
