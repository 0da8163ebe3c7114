package dev.millrace.gateway.publish.input;

import dev.millrace.gateway.submission.LineError;
import java.util.List;
import java.util.Set;

/**
 * The findings of the check of a file.
 *
 * @param lines number of lines that are not blank
 * @param models what the lines name as models; empty if there are many
 * @param errors the first errors; empty if every line can be published
 */
public record CheckedInput(long lines, Set<String> models, List<LineError> errors) {
    public CheckedInput {
        models = Set.copyOf(models);
        errors = List.copyOf(errors);
    }
}
