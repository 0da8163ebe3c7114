package dev.millrace.worker.job;

import dev.millrace.contracts.job.Lane;

/**
 * The model and lane of the jobs in a topic.
 *
 * @param model catalog name of the model
 * @param lane lane of the jobs
 */
public record JobTopic(String model, Lane lane) {}
