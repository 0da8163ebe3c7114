package dev.millrace.worker.outcome;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.Outcome;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * All that a job's output is made of.
 *
 * @param lane which it waited in
 * @param model null when the catalog no longer has it
 * @param attempts calls made for the job, at all models
 * @param billedUsd what the calls of this worker cost
 * @param last its final cost event
 * @param queuedMs from its submission to the last call's start, in milliseconds
 * @param upstreamMs duration of the last call, in milliseconds
 */
public record Ending(
        JobHeaders headers,
        RequestLine line,
        Lane lane,
        @Nullable Model model,
        Outcome outcome,
        int attempts,
        BigDecimal billedUsd,
        CostEvent last,
        long queuedMs,
        long upstreamMs) {}
