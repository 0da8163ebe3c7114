package dev.millrace.testkit;

import dev.millrace.contracts.output.Output;
import java.util.List;

/**
 * How the lines of a batch ended: each with one result or one dead letter.
 *
 * @param results in no particular order
 * @param deadLetters in no particular order
 */
public record BatchOutcomes(List<Output.Result> results, List<Output.Letter> deadLetters) {
    public BatchOutcomes {
        results = List.copyOf(results);
        deadLetters = List.copyOf(deadLetters);
    }

    /**
     * Returns the result of a line.
     *
     * @throws IllegalArgumentException if the line has no result
     */
    public Output.Result result(String customId) {
        return results.stream()
                .filter(it -> it.view().customId().equals(customId))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no result has custom_id " + customId));
    }
}
