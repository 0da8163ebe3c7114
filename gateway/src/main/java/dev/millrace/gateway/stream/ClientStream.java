package dev.millrace.gateway.stream;

import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.chunk.Chunk.Outcome;
import dev.millrace.gateway.answer.JobErrors;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ApiStyle;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.job.JobRefusal;
import dev.millrace.gateway.stream.form.StreamForm;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Streams the answer to one job to its client: passes chunks on as they arrive, and lets the job's
 * result end the stream. Belongs to the thread of the request.
 *
 * <pre>
 *   nothing sent ──chunk, keep-alive──► sending ──result──► ended
 *        │                                 │
 *        ├──result──► whole answer         └──lost attempt, timeout──► error event
 *        └──job without answer──► nothing sent: the caller sends its own error
 * </pre>
 */
public final class ClientStream {
    /** Interval of comments while nothing is sent, below the usual idle timeouts of proxies. */
    static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    /** Time for chunks that arrive after the result, which is in another topic. */
    static final Duration LATE_CHUNKS = Duration.ofMillis(500);

    private final StreamedJob job;
    private final ChunkInbox inbox;
    private final StreamMeters meters;
    private final LongSupplier nanos;
    private final EventOutput out;
    private final StreamForm form;
    private final long startNanos;
    private long lastSentNanos;
    private long lastChunkNanos;
    private int attempt;
    private int nextSequence;
    private boolean hasShown;
    private boolean hasGap;
    private boolean isComplete;

    /** Opens the answer. */
    @FunctionalInterface
    public interface Opening {
        /** Sends the status 200 and the headers of an event stream. Called at most once. */
        OutputStream open() throws IOException;
    }

    ClientStream(
            StreamedJob job,
            ChunkInbox inbox,
            Opening opening,
            StreamMeters meters,
            LongSupplier nanos) {
        this.job = job;
        this.inbox = inbox;
        this.meters = meters;
        this.nanos = nanos;
        out = new EventOutput(opening);
        form = StreamForm.of(job.endpoint(), job.includesUsage(), out);
        startNanos = nanos.getAsLong();
        lastSentNanos = startNanos;
        lastChunkNanos = startNanos;
    }

    /** How a stream ended. */
    public enum Ending {
        /** The client has the whole answer. */
        ANSWERED,
        /** Nothing was sent, since the job has no answer: the caller answers with its error. */
        NOT_BEGUN,
        /** The client was sent an error after a part of the answer; its job may still run. */
        BROKEN_OFF
    }

    /**
     * Streams until the end.
     *
     * @throws IOException if the client has disconnected; its job may still run
     */
    Ending run() throws IOException, InterruptedException {
        var _ = job.end().whenComplete((_, _) -> inbox.wake());
        Optional<Ending> ending = Optional.empty();
        while (ending.isEmpty()) {
            Optional<Chunk> chunk = inbox.take(untilNextTick());
            ending = chunk.isPresent() ? onChunk(chunk.get()) : onQuiet();
        }
        out.close();
        return ending.get();
    }

    private Duration untilNextTick() {
        if (job.end().isDone()) {
            return Duration.ZERO;
        }
        Duration tick = remaining(lastSentNanos, KEEP_ALIVE);
        Duration end = remaining(startNanos, job.timeouts().answer());
        return tick.compareTo(end) < 0 ? tick : end;
    }

    private Duration remaining(long sinceNanos, Duration limit) {
        Duration left = limit.minusNanos(nanos.getAsLong() - sinceNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private boolean isOver(long sinceNanos, Duration limit) {
        return nanos.getAsLong() - sinceNanos >= limit.toNanos();
    }

    private Optional<Ending> onChunk(Chunk chunk) throws IOException {
        boolean isNewAttempt =
                chunk.attempt() > attempt
                        || (chunk.attempt() == attempt && chunk.sequence() < nextSequence);
        if (chunk.attempt() < attempt) {
            return Optional.empty();
        }
        if (isNewAttempt) {
            if (hasShown) {
                return breakOff(lostAttempt());
            }
            attempt = chunk.attempt();
            nextSequence = 0;
            hasGap = false;
            isComplete = false;
        }
        hasGap |= chunk.sequence() != nextSequence;
        nextSequence = chunk.sequence() + 1;
        return switch (chunk.content()) {
            case Chunk.Event event -> {
                show(event);
                yield Optional.empty();
            }
            case Chunk.End(Outcome outcome) -> onEnd(outcome);
        };
    }

    /**
     * Passes an event on, unless an earlier event is missing: then the result completes the answer.
     */
    private void show(Chunk.Event event) throws IOException {
        if (!hasGap) {
            boolean isFirst = !hasShown;
            form.onEvent(event);
            hasShown = out.hasEvent();
            lastSentNanos = nanos.getAsLong();
            if (isFirst && hasShown) {
                meters.onFirstToken(lastSentNanos - startNanos);
            }
            lastChunkNanos = lastSentNanos;
        }
    }

    private Optional<Ending> onEnd(Outcome outcome) throws IOException {
        switch (outcome) {
            case COMPLETE -> isComplete = !hasGap;
            case INCOMPLETE -> hasGap = true;
            case FAILED -> {
                if (hasShown) {
                    return breakOff(lostAttempt());
                }
            }
        }
        return Optional.empty();
    }

    private static ApiError lostAttempt() {
        return ApiError.of(
                ErrorKind.UPSTREAM,
                "stream_interrupted",
                "the provider's stream broke after a part of the answer; send the request again");
    }

    /** Handles the end of the job, and time that has passed without a chunk. */
    private Optional<Ending> onQuiet() throws IOException, InterruptedException {
        if (job.end().isDone()) {
            return onJobEnd();
        }
        if (isOver(startNanos, job.timeouts().answer())) {
            return breakOff(timeout("the job did not end in time" + job.waiting().get()));
        }
        boolean isStreaming = hasShown && !hasGap && !isComplete;
        if (isStreaming && isOver(lastChunkNanos, job.timeouts().betweenChunks())) {
            return breakOff(
                    timeout(
                            "no token came for "
                                    + job.timeouts().betweenChunks().toSeconds()
                                    + " s; send the request again"));
        }
        if (isOver(lastSentNanos, KEEP_ALIVE)) {
            out.comment();
            lastSentNanos = nanos.getAsLong();
        }
        return Optional.empty();
    }

    private static ApiError timeout(String message) {
        return ApiError.of(ErrorKind.TIMEOUT, "timeout", message);
    }

    private Optional<Ending> onJobEnd() throws IOException, InterruptedException {
        StreamedJob.End end;
        try {
            end = job.end().join();
        } catch (CompletionException | CancellationException e) {
            return breakOff(error(e.getCause()));
        }
        return switch (end) {
            case StreamedJob.Unanswered(ApiError error) -> breakOff(error);
            case StreamedJob.Answered(int attempts, byte[] body) -> onAnswer(attempts, body);
        };
    }

    private static ApiError error(@Nullable Throwable failure) {
        return switch (failure) {
            case ApiError error -> error;
            case JobRefusal refusal when refusal.isUnserved() -> JobErrors.of(refusal);
            case null, default ->
                    ApiError.of(
                            ErrorKind.OVERLOADED,
                            "overloaded",
                            "the gateway cannot wait for the answer any longer");
        };
    }

    private Optional<Ending> onAnswer(int attempts, byte[] body)
            throws IOException, InterruptedException {
        if (hasShown && !isComplete && !hasGap) {
            Optional<Chunk> late = inbox.take(LATE_CHUNKS);
            if (late.isPresent()) {
                return onChunk(late.get());
            }
        }
        if (hasShown && attempts != attempt) {
            return breakOff(lostAttempt());
        }
        if (hasShown && isComplete) {
            form.end(body);
        } else if (!form.complete(body)) {
            return breakOff(
                    ApiError.of(
                            ErrorKind.UPSTREAM,
                            "stream_incomplete",
                            "a part of the stream was lost; send the request again"));
        }
        return Optional.of(Ending.ANSWERED);
    }

    /** Ends the stream with an error, or leaves the error to the caller if nothing was sent. */
    private Optional<Ending> breakOff(ApiError error) throws IOException {
        if (!out.isBegun()) {
            return Optional.of(Ending.NOT_BEGUN);
        }
        form.fail(ApiStyle.of(job.endpoint()).body(error, job.requestId()));
        return Optional.of(Ending.BROKEN_OFF);
    }
}
