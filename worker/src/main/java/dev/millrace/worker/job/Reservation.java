package dev.millrace.worker.job;

import dev.millrace.contracts.header.TokenEstimate;

/**
 * What a call has taken from the limits of its provider.
 *
 * @param ownRates number of the model's rates of which permits were taken
 * @param tokens the reserved tokens
 * @param nanos time of the take, by the loop's ticker
 */
public record Reservation(int ownRates, TokenEstimate tokens, long nanos) {}
