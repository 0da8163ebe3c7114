package dev.millrace.standalone.status;

import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.gateway.serving.ControlWaits;
import dev.millrace.standalone.cluster.TopicAdminException;
import dev.millrace.standalone.console.UserError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds out why the jobs of a batch wait. The status of a batch is also shown without a cluster, so
 * a cluster that does not answer soon is asked once only.
 */
final class BatchWaits {
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final StatusReader reader;
    private boolean hasFailed;

    BatchWaits(StatusReader reader) {
        this.reader = reader;
    }

    /** Returns the possible reasons; none if they are unknown. */
    List<Waiting> of(ControlWaits.Scope batch) {
        if (hasFailed) {
            return List.of();
        }
        var waits = new CompletableFuture<List<Waiting>>();
        Thread.startVirtualThread(() -> read(batch, waits));
        try {
            return waits.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            hasFailed = true;
        }
        return List.of();
    }

    private void read(ControlWaits.Scope batch, CompletableFuture<List<Waiting>> waits) {
        try {
            waits.complete(reader.readWaits(batch));
        } catch (UserError | TopicAdminException e) {
            waits.completeExceptionally(e);
        }
    }
}
