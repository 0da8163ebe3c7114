package dev.millrace.gateway.batch;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.gateway.batch.BatchState.Status;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.results.BatchUsage;
import dev.millrace.gateway.submission.BatchFacts;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.Submission;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Writes batches as the Batch API does. */
final class BatchJson {
    private BatchJson() {}

    static ObjectNode of(BatchState state) {
        BatchFacts facts = state.facts();
        Submission batch = facts.submission();
        ObjectNode json = JsonFields.object();
        json.put("id", batch.id());
        json.put("object", "batch");
        json.put("endpoint", batch.endpoint().url());
        writeErrors(json, facts);
        json.put("input_file_id", batch.inputFile());
        json.put("completion_window", batch.window());
        json.put("status", state.status().word());
        boolean isEnd = state.status().isEnd();
        json.put(
                "output_file_id",
                isEnd && state.counts().succeeded() > 0 ? OutputId.output(batch.id()) : null);
        json.put(
                "error_file_id",
                isEnd && state.counts().failed() > 0 ? OutputId.errors(batch.id()) : null);
        writeTimes(json, state);
        ObjectNode counts = json.putObject("request_counts");
        counts.put("total", state.total());
        counts.put("completed", state.counts().succeeded());
        counts.put("failed", state.failed());
        if (batch.metadata().isEmpty()) {
            json.putNull("metadata");
        } else {
            ObjectNode metadata = json.putObject("metadata");
            batch.metadata().forEach(metadata::put);
        }
        writeUsage(json.putObject("usage"), state.counts().usage());
        writeOwn(json, state);
        return json;
    }

    private static void writeErrors(ObjectNode json, BatchFacts facts) {
        Optional<Checked> failed = facts.checked().filter(it -> !it.errors().isEmpty());
        if (failed.isEmpty()) {
            json.putNull("errors");
            return;
        }
        ObjectNode errors = json.putObject("errors");
        errors.put("object", "list");
        var data = errors.putArray("data");
        failed.get().errors().forEach(it -> data.add(it.toJson()));
    }

    private static void writeTimes(ObjectNode json, BatchState state) {
        BatchFacts facts = state.facts();
        Submission batch = facts.submission();
        Status status = state.status();
        Instant checked = facts.checked().map(Checked::at).orElse(null);
        Instant ended = state.counts().lastFinished().or(facts::cancelledAt).orElse(null);
        boolean hasFailed = status == Status.FAILED;
        json.put("created_at", batch.createdAt().getEpochSecond());
        time(json, "in_progress_at", hasFailed ? null : checked);
        json.put("expires_at", batch.expiresAt().getEpochSecond());
        time(json, "finalizing_at", isFinished(status) ? ended : null);
        time(json, "completed_at", status == Status.COMPLETED ? ended : null);
        time(json, "failed_at", hasFailed ? checked : null);
        time(json, "expired_at", status == Status.EXPIRED ? batch.expiresAt() : null);
        time(json, "cancelling_at", facts.cancelledAt().orElse(null));
        time(json, "cancelled_at", status == Status.CANCELLED ? ended : null);
    }

    private static boolean isFinished(Status status) {
        return status == Status.COMPLETED || status == Status.EXPIRED;
    }

    private static void time(ObjectNode json, String key, @Nullable Instant at) {
        if (at == null) {
            json.putNull(key);
        } else {
            json.put(key, at.getEpochSecond());
        }
    }

    private static void writeUsage(ObjectNode json, BatchUsage usage) {
        json.put("input_tokens", usage.input());
        json.putObject("input_tokens_details").put("cached_tokens", usage.cachedInput());
        json.put("output_tokens", usage.output());
        json.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoning());
        json.put("total_tokens", usage.input() + usage.output());
    }

    /** Writes fields that the Batch API lacks. */
    private static void writeOwn(ObjectNode json, BatchState state) {
        Submission batch = state.facts().submission();
        ObjectNode own = json.putObject("millrace");
        state.counts().usage().money().writeTo(own);
        batch.maxCostUsd().ifPresent(it -> own.put("max_cost_usd", it));
        batch.spending().buy().ifPresent(it -> own.put("buy", it.word()));
        batch.retryOf().ifPresent(it -> own.put("retry_of", it));
        if (!state.status().isEnd()) {
            state.counts().estimatedEnd().ifPresent(it -> own.put("estimated_end", it.toString()));
            JobWaits.write(state.waits(), own.putArray("waiting"));
        }
    }
}
