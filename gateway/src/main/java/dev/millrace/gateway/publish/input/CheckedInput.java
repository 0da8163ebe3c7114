package dev.millrace.gateway.publish.input;

import dev.millrace.gateway.submission.LineError;
import java.util.List;

/**
 * The findings of the check of a file.
 *
 * @param lines number of lines that are not blank
 * @param errors the first errors; empty if every line can be published
 */
public record CheckedInput(long lines, List<LineError> errors) {
    public CheckedInput {
        errors = List.copyOf(errors);
    }
}
