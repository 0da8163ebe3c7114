package dev.millrace.gateway.stream;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.gateway.http.ApiError;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A job whose client awaits a stream.
 *
 * @param tenant tenant of the client, whose share of the memory for chunks the stream uses
 * @param endpoint the endpoint that the client called
 * @param includesUsage true if the request has {@code stream_options.include_usage}
 * @param requestId the client's id of the request, for errors within the stream
 * @param waiting supplies the reason why the job waits, as the end of a sentence; empty if unknown
 * @param end completes when the job ends; an exception ends the stream
 */
public record StreamedJob(
        JobId id,
        String tenant,
        Endpoint endpoint,
        boolean includesUsage,
        String requestId,
        StreamTimeouts timeouts,
        Supplier<String> waiting,
        CompletableFuture<End> end) {

    public sealed interface End {}

    /**
     * The job has an answer.
     *
     * @param attempts calls of the job, the last of which gave the answer; 0 for an answer reused
     *     from another job
     * @param body the body of the unstreamed answer, with its sources
     */
    public record Answered(int attempts, byte[] body) implements End {}

    /** The job has no answer. */
    public record Unanswered(ApiError error) implements End {}
}
