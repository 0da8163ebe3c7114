package dev.millrace.worker.job;

import dev.millrace.contracts.waiting.WaitingReason;

/**
 * The reason that holds back a job.
 *
 * @param value the cause, such as a limit and its amount; without secrets
 */
public record Hold(WaitingReason reason, String value) {}
