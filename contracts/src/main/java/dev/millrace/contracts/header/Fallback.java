package dev.millrace.contracts.header;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model that a job has left for a later model of its chain.
 *
 * @param model catalog name
 * @param reason error code of the last failure, possibly of a later version; for a model that was
 *     skipped, the error that it would have given
 */
public record Fallback(String model, String reason) {
    /** Ends the reason, which has no colon; a model's name may have one. */
    private static final char AFTER_REASON = ':';

    /** Separates models, since their names have no commas. */
    private static final String SEPARATOR = ",";

    /** Returns the header's text; null for a job that has not fallen back. */
    static @Nullable String text(List<Fallback> fallbacks) {
        return fallbacks.isEmpty()
                ? null
                : fallbacks.stream()
                        .map(it -> it.reason + AFTER_REASON + it.model)
                        .collect(Collectors.joining(SEPARATOR));
    }

    /** Reads the header's text. */
    static List<Fallback> parse(String text) {
        return Stream.of(text.split(SEPARATOR, -1)).map(Fallback::parseOne).toList();
    }

    private static Fallback parseOne(String text) {
        int end = text.indexOf(AFTER_REASON);
        if (end < 0) {
            throw new IllegalArgumentException("no reason in " + text);
        }
        return new Fallback(text.substring(end + 1), text.substring(0, end));
    }
}
