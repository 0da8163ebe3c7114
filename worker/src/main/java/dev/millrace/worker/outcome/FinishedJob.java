package dev.millrace.worker.outcome;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Outcome;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The data of a job's output records.
 *
 * @param lane the lane in which the job waited
 * @param model null if the catalog no longer contains it
 * @param attempts calls made for the job, at all models
 * @param billedUsd cost of this worker's calls, and of calls to earlier models
 * @param last the job's final cost event
 * @param firstTokenMs time from the start of the last call to the first content of its streamed
 *     answer, in milliseconds; null if the answer was not streamed
 */
public record FinishedJob(
        JobHeaders headers,
        RequestLine line,
        Lane lane,
        @Nullable Model model,
        Outcome outcome,
        int attempts,
        BigDecimal billedUsd,
        CostEvent last,
        JobTimes times,
        @Nullable Long firstTokenMs) {}
