package dev.millrace.standalone.status;

import dev.millrace.contracts.job.Lane;

/** The unfinished jobs of a lane of a model. */
public record LaneBacklog(String model, Lane lane, Backlog backlog) {}
