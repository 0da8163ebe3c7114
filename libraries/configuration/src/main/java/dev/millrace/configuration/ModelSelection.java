package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.yaml.binding.Unwrapped;
import java.util.Set;

/**
 * The models that a worker serves.
 *
 * @param names names of the models, or only the word {@code all}
 */
@Unwrapped
public record ModelSelection(Set<String> names) {
    private static final String EVERY = "all";

    /** Selects every model in service. */
    public static final ModelSelection ALL = new ModelSelection(Set.of(EVERY));

    public ModelSelection {
        require(!names.isEmpty(), "", "must be all or name at least one model");
        require(
                !names.contains(EVERY) || names.size() == 1,
                "",
                "must be all or name models, not both");
        names = Set.copyOf(names);
    }

    /** Returns true if every model is served. */
    public boolean isAll() {
        return names.contains(EVERY);
    }

    /** Returns true if the model is served. */
    public boolean includes(String model) {
        return isAll() || names.contains(model);
    }
}
