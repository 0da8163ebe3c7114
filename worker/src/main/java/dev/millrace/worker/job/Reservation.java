package dev.millrace.worker.job;

import dev.millrace.contracts.header.TokenEstimate;

/**
 * What a call has taken from the limits of its provider.
 *
 * @param namedRates number of rates named by the provider of which permits were taken
 * @param tokens the reserved tokens
 * @param nanos time of the take, by the loop's ticker
 */
public record Reservation(int namedRates, TokenEstimate tokens, long nanos) {}
