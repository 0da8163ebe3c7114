package dev.millrace.standalone.status;

/**
 * The backlog of one model.
 *
 * @param normal backlog of the normal lane
 * @param bulk backlog of the bulk lane
 * @param isPaused true if this model or everything is paused
 */
public record ModelQueue(String model, Backlog normal, Backlog bulk, boolean isPaused) {}
