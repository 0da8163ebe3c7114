package dev.millrace.worker.job;

import dev.millrace.contracts.header.TokenEstimate;

/**
 * What a call has taken from the limits of its provider.
 *
 * @param namedRates number of rates named by the provider of which permits were taken
 * @param tokens the reserved tokens
 * @param isSent true if the call was handed to its thread
 * @param sentNanos time at which it had been, by the loop's ticker; else meaningless
 */
public record Reservation(int namedRates, TokenEstimate tokens, boolean isSent, long sentNanos) {
    /** Returns the reservation of a call that is not sent. */
    public static Reservation unsent(int namedRates, TokenEstimate tokens) {
        return new Reservation(namedRates, tokens, false, 0);
    }

    /** Returns the reservation of a call that has been sent. */
    public Reservation sent(long nowNanos) {
        return new Reservation(namedRates, tokens, true, nowNanos);
    }
}
