package dev.millrace.store.result;

/**
 * The progress of a batch.
 *
 * @param results number of finished jobs, including failed ones
 * @param failed number of jobs that ended with an error
 * @param deadLetters number of records that did not become a job
 */
public record BatchProgress(long results, long failed, long deadLetters) {}
