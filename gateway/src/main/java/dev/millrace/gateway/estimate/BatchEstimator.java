package dev.millrace.gateway.estimate;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.LongTasks;
import dev.millrace.gateway.publish.input.InputCheck;
import dev.millrace.gateway.publish.input.LineSource;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.Submission;
import dev.millrace.gateway.tenant.TenantSlots;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** Estimates batches. Thread-safe. */
public final class BatchEstimator {
    private static final int MAX = 2;
    private static final int MAX_OF_TENANT = 1;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** Number of lines between two checks whether the estimate is still wanted. */
    private static final int LINES_AT_ONCE = 100;

    private final CostForecasts forecasts;
    private final Supplier<ControlState> control;
    private final int maxLineBytes;
    private final InstantSource clock;
    private final LongTasks tasks =
            new LongTasks(
                    "millrace-estimate",
                    new TenantSlots(MAX, MAX_OF_TENANT),
                    Duration.ZERO,
                    BatchEstimator::refusal);

    /**
     * Creates an estimator.
     *
     * @param control supplies the policies and budgets in force
     * @param maxLineBytes maximum size of a request
     */
    public BatchEstimator(
            CostForecasts forecasts,
            Supplier<ControlState> control,
            int maxLineBytes,
            InstantSource clock) {
        this.forecasts = forecasts;
        this.control = control;
        this.maxLineBytes = maxLineBytes;
        this.clock = clock;
    }

    /**
     * Estimates a batch that is not submitted. Ends early if the client of the request goes away.
     *
     * @param content the file; closed by this method
     * @throws ApiError if too many estimates run
     * @throws IOException if the file cannot be read, or the client has disconnected
     */
    public BatchEstimate estimate(Submission batch, InputStream content)
            throws IOException, InterruptedException {
        try (content) {
            return tasks.compute(batch.tenant(), () -> read(batch, content));
        }
    }

    private static ApiError refusal() {
        return ApiError.of(
                        ErrorKind.RATE_LIMITED,
                        "too_many_estimates",
                        "the gateway makes at most %d estimates at once, and %d of a tenant"
                                .formatted(MAX, MAX_OF_TENANT))
                .retryAfter(RETRY_AFTER);
    }

    private static void add(BatchLine line, CostForecast forecast) {
        if (ParsedLine.of(line).parsed() instanceof ParseResult.Accepted(var request)) {
            forecast.add(line.number(), request);
        }
    }

    private BatchEstimate read(Submission batch, InputStream content) throws IOException {
        CostForecast forecast = forecasts.open(batch, control.get(), clock.instant());
        var check = new InputCheck(batch, maxLineBytes, line -> add(line, forecast));
        try (LineSource lines = LineSource.of(new BatchFileReader(content, maxLineBytes))) {
            Optional<Checked> checked = Optional.empty();
            while (checked.isEmpty()) {
                if (Thread.interrupted()) {
                    throw new InterruptedIOException("the estimate is not wanted any more");
                }
                checked = check.check(lines, LINES_AT_ONCE, clock.instant());
            }
            return new BatchEstimate(batch, checked.get(), forecast.sums());
        }
    }
}
