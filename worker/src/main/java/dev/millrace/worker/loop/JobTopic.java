package dev.millrace.worker.loop;

import dev.millrace.contracts.job.Lane;

/**
 * Whose jobs a topic holds.
 *
 * @param model by its catalog name
 * @param lane which of the model's queues it is
 */
public record JobTopic(String model, Lane lane) {}
