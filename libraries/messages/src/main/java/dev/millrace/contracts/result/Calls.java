package dev.millrace.contracts.result;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls made for a job until it ended.
 *
 * @param model catalog name of the model that answered or was called last; null if none was
 *     selected
 * @param provider null if no call was made or the provider is unknown
 * @param attempts calls made, at least 0
 * @param billedUsd amount billed for the job
 * @param firstTokenMs time from the start of the last call to the first content of its streamed
 *     answer, in milliseconds; null if the answer was not streamed
 * @param addedFields names of the fields that the last call added to its body for the cache of its
 *     provider
 */
public record Calls(
        @Nullable String model,
        @Nullable String provider,
        int attempts,
        BigDecimal billedUsd,
        JobTimes times,
        @Nullable Long firstTokenMs,
        List<String> addedFields) {
    /** A job without a model, after an unknown wait. */
    public static final Calls NONE = none(null, null, JobTimes.withoutCall(0));

    public Calls {
        addedFields = List.copyOf(addedFields);
    }

    /** Creates the calls of a job whose last call added no field for a cache. */
    public Calls(
            @Nullable String model,
            @Nullable String provider,
            int attempts,
            BigDecimal billedUsd,
            JobTimes times,
            @Nullable Long firstTokenMs) {
        this(model, provider, attempts, billedUsd, times, firstTokenMs, List.of());
    }

    /**
     * Returns the calls of an uncalled job.
     *
     * @param model the selected model, or the model that answered another job; null for none
     * @param provider provider of the answer to another job; null for none
     */
    public static Calls none(@Nullable String model, @Nullable String provider, JobTimes times) {
        return new Calls(model, provider, 0, BigDecimal.ZERO, times, null);
    }
}
