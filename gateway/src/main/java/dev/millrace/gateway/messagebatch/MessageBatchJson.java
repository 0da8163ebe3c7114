package dev.millrace.gateway.messagebatch;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.json.JsonFields;
import dev.millrace.gateway.batch.BatchState;
import dev.millrace.gateway.batch.BatchState.Status;
import dev.millrace.gateway.results.BatchUsage;
import dev.millrace.gateway.submission.BatchFacts;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.Submission;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Writes batches as the Message Batches API does. */
final class MessageBatchJson {
    private MessageBatchJson() {}

    /**
     * Writes a batch.
     *
     * @param total number of requests
     * @param resultsUrl where the results are once the batch has ended
     */
    static ObjectNode of(BatchState state, long total, String resultsUrl) {
        BatchFacts facts = state.facts();
        Submission batch = facts.submission();
        boolean isEnd = state.status().isEnd();
        ObjectNode json = JsonFields.object();
        json.put("id", batch.id());
        json.put("type", "message_batch");
        json.put("processing_status", word(state.status()));
        writeCounts(json.putObject("request_counts"), state, total);
        json.put("ended_at", isEnd ? text(endedAt(state)) : null);
        json.put("created_at", text(batch.createdAt()));
        json.put("expires_at", text(batch.expiresAt()));
        json.putNull("archived_at");
        json.put("cancel_initiated_at", text(facts.cancelledAt().orElse(null)));
        json.put("results_url", isEnd ? resultsUrl : null);
        writeOwn(json.putObject("millrace"), state.counts().usage());
        return json;
    }

    /** Writes fields that the Message Batches API lacks, named as in its messages. */
    private static void writeOwn(ObjectNode json, BatchUsage usage) {
        ObjectNode tokens = json.putObject("usage");
        tokens.put(
                "input_tokens",
                Math.max(0, usage.input() - usage.cachedInput() - usage.cacheWrite()));
        tokens.put("cache_read_input_tokens", usage.cachedInput());
        tokens.put("cache_creation_input_tokens", usage.cacheWrite());
        tokens.put("output_tokens", usage.output());
        usage.money().writeTo(json);
    }

    private static String word(Status status) {
        return switch (status) {
            case VALIDATING, IN_PROGRESS, FINALIZING -> "in_progress";
            case CANCELLING -> "canceling";
            case FAILED, COMPLETED, EXPIRED, CANCELLED -> "ended";
        };
    }

    /**
     * Writes the counts. As documented by Anthropic, every request is processing until the whole
     * batch has ended.
     */
    private static void writeCounts(ObjectNode json, BatchState state, long total) {
        boolean isEnd = state.status().isEnd();
        long succeeded = state.counts().succeeded();
        long expired = state.counts().errors(ErrorCode.DEADLINE_EXCEEDED.code());
        long cancelled = state.counts().errors(ErrorCode.CANCELLED.code());
        long errored = state.failed() - expired - cancelled;
        // Lines that were never published have no result, and are not counted by the sink.
        long missing = total - succeeded - state.failed();
        if (state.status() == Status.CANCELLED) {
            cancelled += missing;
        } else {
            errored += missing;
        }
        json.put("processing", isEnd ? 0 : total);
        json.put("succeeded", isEnd ? succeeded : 0);
        json.put("errored", isEnd ? errored : 0);
        json.put("canceled", isEnd ? cancelled : 0);
        json.put("expired", isEnd ? expired : 0);
    }

    private static Instant endedAt(BatchState state) {
        Instant expires = state.facts().submission().expiresAt();
        return state.status() == Status.FAILED
                ? state.facts().checked().map(Checked::at).orElse(expires)
                : state.endedAt(expires);
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.truncatedTo(ChronoUnit.MICROS).toString();
    }
}
