package dev.millrace.gateway.http;

import java.util.Map;

/** The limits of a caller. Every method can be called from any thread. */
public interface CallerLimits {
    /** The limits of a caller who may do everything. */
    CallerLimits NONE =
            new CallerLimits() {
                @Override
                public boolean permits(String model) {
                    return true;
                }

                @Override
                public Admission admit(long tokens) {
                    return _ -> {};
                }

                @Override
                public Map<String, String> headers(ApiStyle style) {
                    return Map.of();
                }
            };

    /** A request that was counted. */
    @FunctionalInterface
    interface Admission {
        /**
         * Replaces the estimate by the actual use. Must be called at most once; without a call, the
         * estimate stays.
         *
         * @param tokens input and output, at least 0
         */
        void settle(long tokens);
    }

    /**
     * Returns true if requests may name the model.
     *
     * @param model name or alias, or {@code auto}
     */
    boolean permits(String model);

    /**
     * Counts a request.
     *
     * @param tokens estimate of input and output, at least 0
     * @throws ApiError with status 429 if it exceeds a limit; nothing is counted then
     */
    Admission admit(long tokens);

    /**
     * Returns true while requests of the caller are answered; false once its key is revoked. An
     * endless answer, such as a stream of events, stops then.
     */
    default boolean isInForce() {
        return true;
    }

    /** Returns the headers with the limits and what remains of them; empty without limits. */
    Map<String, String> headers(ApiStyle style);
}
