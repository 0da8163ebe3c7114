package dev.millrace.client;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.output.Output;
import dev.millrace.producer.Published;
import java.util.concurrent.CompletableFuture;

/** A call that waits for its result. Thread-safe. */
final class PendingCall {
    private final JobId jobId;
    private final Endpoint endpoint;
    private final CompletableFuture<Published> published = new CompletableFuture<>();
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();

    PendingCall(JobId jobId, Endpoint endpoint) {
        this.jobId = jobId;
        this.endpoint = endpoint;
    }

    String id() {
        return jobId.value();
    }

    /** Completes with the result, or with the reason why there is none. */
    CompletableFuture<Answer> answer() {
        return answer;
    }

    /** Kafka has stored the request. */
    void onPublished(Published request) {
        published.complete(request);
    }

    void onResult(Output.Result result) {
        answer.complete(new Answer(endpoint, result));
    }

    /** Fails the call if the dead letter is of this request, not of another with the same id. */
    void onLetter(Output.Letter letter) {
        // The letter can arrive before the acknowledgement of the request.
        var unused =
                published.thenAccept(
                        request -> {
                            if (!isRepeat(letter, request)) {
                                answer.completeExceptionally(
                                        new RejectedRequestException(letter.letter()));
                            }
                        });
    }

    private static boolean isRepeat(Output.Letter letter, Published request) {
        return letter.letter().topic().equals(request.topic())
                && letter.letter().partition() == request.partition()
                && letter.letter().offset() != request.offset();
    }

    void onFailed(Throwable failure) {
        answer.completeExceptionally(failure);
    }
}
