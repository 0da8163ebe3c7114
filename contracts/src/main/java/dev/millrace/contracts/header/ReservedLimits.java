package dev.millrace.contracts.header;

import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The limits under which the money of a job is reserved. Each is named by the time at which a
 * command first set or last lowered it; the epoch if no command has.
 *
 * @param tenant limit of the job's tenant; null if nothing is reserved under one
 * @param batch limit of the job's batch; null if nothing is reserved under one
 * @param apiKey limit of the job's API key; null if nothing is reserved under one
 */
public record ReservedLimits(
        @Nullable Instant tenant, @Nullable Instant batch, @Nullable Instant apiKey) {
    /** No money is reserved, or no budget has reserved it. */
    public static final ReservedLimits NONE = new ReservedLimits(null, null, null);

    private static final String SEPARATOR = ",";
    private static final int COUNT = 3;

    /** Returns true if no budget has reserved money. */
    public boolean isEmpty() {
        return equals(NONE);
    }

    /** Returns the header's text; null without limits. */
    @Nullable String text() {
        return isEmpty()
                ? null
                : Stream.of(text(tenant), text(batch), text(apiKey))
                        .collect(Collectors.joining(SEPARATOR));
    }

    private static String text(@Nullable Instant since) {
        return since == null ? "" : Long.toString(since.toEpochMilli());
    }

    /**
     * Reads the header's text.
     *
     * @throws IllegalArgumentException for another text
     */
    static ReservedLimits parse(String text) {
        String[] parts = text.split(SEPARATOR, -1);
        if (parts.length != COUNT) {
            throw new IllegalArgumentException("limits must be TENANT,BATCH,KEY, were " + text);
        }
        return new ReservedLimits(time(parts[0]), time(parts[1]), time(parts[2]));
    }

    private static @Nullable Instant time(String millis) {
        return millis.isEmpty() ? null : Instant.ofEpochMilli(Long.parseLong(millis));
    }
}
