package dev.millrace.contracts.header;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model that a job has left for a later model of its chain.
 *
 * @param model catalog name
 * @param reason error code of the last failure, possibly of a later version; for a skipped model,
 *     the expected error
 * @param calledMillis start of the model's last call for the job, in milliseconds since the epoch;
 *     null if it was not called
 */
public record Fallback(String model, String reason, @Nullable Long calledMillis) {
    /** Ends the reason, which has no colon; a model's name can have one. */
    private static final char AFTER_REASON = ':';

    /** Separates the reason from the time of the call. */
    private static final char BEFORE_TIME = '@';

    /** Separates models, since their names have no commas. */
    private static final String SEPARATOR = ",";

    /** Creates a model that was not called for the job. */
    public Fallback(String model, String reason) {
        this(model, reason, null);
    }

    /** Returns the header's text; null for a job that has not fallen back. */
    static @Nullable String text(List<Fallback> fallbacks) {
        return fallbacks.isEmpty()
                ? null
                : fallbacks.stream()
                        .map(it -> it.reasonAndTime() + AFTER_REASON + it.model)
                        .collect(Collectors.joining(SEPARATOR));
    }

    private String reasonAndTime() {
        return calledMillis == null ? reason : reason + BEFORE_TIME + calledMillis;
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
        String model = text.substring(end + 1);
        String reason = text.substring(0, end);
        int time = reason.indexOf(BEFORE_TIME);
        return time < 0
                ? new Fallback(model, reason)
                : new Fallback(
                        model, reason.substring(0, time), Long.valueOf(reason.substring(time + 1)));
    }
}
