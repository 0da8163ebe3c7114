package dev.millrace.standalone.status;

/**
 * What there is to do for a model.
 *
 * @param normal on its normal lane
 * @param bulk on its bulk lane
 * @param isPaused whether no new call is made, for this model or any
 */
public record ModelQueue(String model, Backlog normal, Backlog bulk, boolean isPaused) {}
