package dev.millrace.contracts.config;

import static dev.millrace.contracts.Violation.require;

import java.util.List;
import java.util.Optional;

/**
 * Which models a worker serves.
 *
 * @param only the names of these models, or all of them if absent
 */
public record ModelSelection(Optional<List<String>> only) {
    /** Every model in service. */
    public static final ModelSelection ALL = new ModelSelection(Optional.empty());

    public ModelSelection {
        require(
                !only.map(List::isEmpty).orElse(false),
                "models",
                "must be all or name at least one model");
        only = only.map(List::copyOf);
    }

    /** Whether a model of that name is served. */
    public boolean includes(String model) {
        return only.map(names -> names.contains(model)).orElse(true);
    }
}
