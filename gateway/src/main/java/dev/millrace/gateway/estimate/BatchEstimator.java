package dev.millrace.gateway.estimate;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.service.TenantSlots;
import dev.millrace.gateway.connection.ClientConnection;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.publish.input.InputCheck;
import dev.millrace.gateway.publish.input.LineSource;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.Submission;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Estimates batches. An estimate computes for seconds, so it gets a dedicated platform thread: on
 * the virtual threads of requests, two estimates could hold up all other requests. Thread-safe.
 */
public final class BatchEstimator {
    static final int MAX = 2;
    static final int MAX_OF_TENANT = 1;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** Number of lines between two checks whether the estimate is still wanted. */
    private static final int LINES_AT_ONCE = 100;

    private final CostForecasts forecasts;
    private final Supplier<ControlState> control;
    private final int maxLineBytes;
    private final InstantSource clock;
    private final TenantSlots slots = new TenantSlots(MAX, MAX_OF_TENANT);

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
            if (!slots.tryAcquire(batch.tenant())) {
                throw ApiError.of(
                                ErrorKind.RATE_LIMITED,
                                "too_many_estimates",
                                "the gateway makes at most %d estimates at once, and %d of a tenant"
                                        .formatted(MAX, MAX_OF_TENANT))
                        .retryAfter(RETRY_AFTER);
            }
            try {
                return await(new FutureTask<>(() -> read(batch, content)));
            } finally {
                slots.release(batch.tenant());
            }
        }
    }

    private static BatchEstimate await(FutureTask<BatchEstimate> task)
            throws IOException, InterruptedException {
        var thread = Thread.ofPlatform().daemon().name("millrace-estimate").start(task);
        try (var _ = ClientConnection.watch(() -> task.cancel(true))) {
            return task.get();
        } catch (CancellationException e) {
            // The web server closes such a connection without a word.
            throw new IOException(new SocketException("the client has gone"));
        } catch (ExecutionException e) {
            throw failure(e);
        } finally {
            var _ = task.cancel(true);
            // The slot is free when nothing computes any more, and the file is not in use.
            thread.join();
        }
    }

    private static IOException failure(ExecutionException failed) {
        return switch (failed.getCause()) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case null, default -> throw new IllegalStateException(failed);
        };
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
