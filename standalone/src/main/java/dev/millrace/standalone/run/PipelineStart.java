package dev.millrace.standalone.run;

import dev.millrace.standalone.pipeline.Pipeline;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pipeline that may be starting on a thread of its own while its owner does something else. Used
 * and closed by its owner.
 */
final class PipelineStart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PipelineStart.class);

    private final Supplier<Pipeline> start;
    private @Nullable CompletableFuture<Pipeline> started;

    PipelineStart(Supplier<Pipeline> start) {
        this.start = start;
    }

    /** Begins the start, unless it has begun. */
    void begin() {
        if (started == null) {
            started =
                    CompletableFuture.supplyAsync(
                            start, task -> Thread.ofVirtual().name("millrace-start").start(task));
        }
    }

    /**
     * Returns the pipeline when it has started.
     *
     * @throws RunFailure when the start ended with an error that is no exception
     */
    Pipeline get() {
        begin();
        try {
            return Objects.requireNonNull(started).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            LOG.atError().setCause(e.getCause()).log("the pipeline could not be started");
            throw new RunFailure("The pipeline could not be started: " + e.getCause(), e);
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
