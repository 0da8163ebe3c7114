package dev.millrace.standalone.run;

import dev.millrace.standalone.pipeline.Pipeline;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline that may be starting on a thread of its own while its owner does something else. Used
 * and closed by its owner.
 */
final class PipelineStart implements AutoCloseable {
    private final Supplier<Pipeline> start;
    private @Nullable CompletableFuture<Pipeline> started;

    PipelineStart(Supplier<Pipeline> start) {
        this.start = start;
    }

    /** Begins the start, unless it has begun. */
    void begin() {
        if (started == null) {
            var future = new CompletableFuture<Pipeline>();
            started = future;
            Thread.ofVirtual()
                    .name("millrace-start")
                    .start(
                            () -> {
                                try {
                                    future.complete(start.get());
                                } catch (RuntimeException e) {
                                    future.completeExceptionally(e);
                                }
                            });
        }
    }

    /** The pipeline when it has started, or the exception for which it did not. */
    Pipeline get() {
        begin();
        try {
            return Objects.requireNonNull(started).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Closes the pipeline, if it was begun and has started. */
    @Override
    public void close() {
        if (started != null) {
            Pipeline pipeline = started.exceptionally(_ -> null).join();
            if (pipeline != null) {
                pipeline.close();
            }
        }
    }
}
