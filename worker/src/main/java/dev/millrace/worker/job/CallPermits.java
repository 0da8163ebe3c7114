package dev.millrace.worker.job;

import dev.millrace.contracts.header.TokenEstimate;

/**
 * What a call has taken from the limits of its provider.
 *
 * @param ownRates number of rates of the model and key of which permits were taken; the provider
 *     may have named further ones meanwhile
 * @param tokens the reserved tokens
 * @param isSent true if the call was handed to its thread
 * @param sentNanos time at which it had been, by the loop's ticker; else meaningless
 */
public record CallPermits(int ownRates, TokenEstimate tokens, boolean isSent, long sentNanos) {
    /** Returns the reservation of a call that is not sent. */
    public static CallPermits unsent(int ownRates, TokenEstimate tokens) {
        return new CallPermits(ownRates, tokens, false, 0);
    }

    /** Returns the reservation of a call that has been sent. */
    public CallPermits sent(long nowNanos) {
        return new CallPermits(ownRates, tokens, true, nowNanos);
    }
}
