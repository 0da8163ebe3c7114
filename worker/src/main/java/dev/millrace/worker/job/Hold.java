package dev.millrace.worker.job;

import dev.millrace.contracts.waiting.WaitingReason;

/**
 * What holds back a job.
 *
 * @param value what it is, such as a limit and its amount; without secrets
 */
public record Hold(WaitingReason reason, String value) {}
