package dev.millrace.worker.outcome;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.Outcome;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a job's output is made of.
 *
 * @param model null when the catalog no longer has it
 * @param attempts calls made for the job, at all models
 * @param billedUsd what the calls of this worker cost
 * @param events exactly one of them is final
 * @param queuedMs from its submission to the last call's start, in milliseconds
 * @param upstreamMs duration of the last call, in milliseconds
 */
public record Ending(
        JobHeaders headers,
        RequestLine line,
        @Nullable Model model,
        Outcome outcome,
        int attempts,
        BigDecimal billedUsd,
        List<CostEvent> events,
        long queuedMs,
        long upstreamMs) {
    public Ending {
        events = List.copyOf(events);
    }
}
