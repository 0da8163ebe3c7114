package dev.millrace.sink.store;

/**
 * How far a batch is.
 *
 * @param results jobs that have ended, one way or the other
 * @param failed those of them that ended with an error
 * @param deadLetters records that became no job
 */
public record BatchProgress(long results, long failed, long deadLetters) {}
