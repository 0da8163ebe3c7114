package dev.millrace.worker.job;

import dev.millrace.contracts.header.TokenEstimate;

/**
 * The permits that a call has taken from the limits of its provider.
 *
 * @param ownRates number of rates of the model and key whose permits were taken; the provider can
 *     have named further rates since
 * @param tokens the reserved tokens
 * @param isSent true if the call was handed to its thread
 * @param sentNanos time of the hand-over to the thread, by the loop's ticker; meaningless before it
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
