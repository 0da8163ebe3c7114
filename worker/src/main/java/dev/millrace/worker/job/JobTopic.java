package dev.millrace.worker.job;

import dev.millrace.contracts.job.Lane;

/**
 * Names the jobs that a topic holds.
 *
 * @param model by its catalog name
 * @param lane which of the model's queues it is
 */
public record JobTopic(String model, Lane lane) {}
