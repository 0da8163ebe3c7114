package dev.millrace.standalone.run;

import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.pipeline.Pipeline;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a pipeline on its own virtual thread while the owner does other work. Only the owner's
 * thread calls the methods.
 */
final class AsyncPipelineStart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AsyncPipelineStart.class);

    private final Supplier<Pipeline> start;
    private @Nullable CompletableFuture<Pipeline> started;

    /**
     * Creates a start that has not begun.
     *
     * @param start starts the pipeline
     */
    AsyncPipelineStart(Supplier<Pipeline> start) {
        this.start = start;
    }

    /** Begins to start the pipeline, unless the start has begun. */
    void begin() {
        if (started == null) {
            started =
                    CompletableFuture.supplyAsync(
                            start, task -> Thread.ofVirtual().name("millrace-start").start(task));
        }
    }

    /**
     * Returns the started pipeline. Begins the start if necessary, and waits for it to complete.
     *
     * @throws UserError if the start failed with an {@link Error}; an exception is thrown as it is
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
            throw UserError.failure("The pipeline could not be started: " + e.getCause(), e);
        }
    }

    /** Closes the pipeline if it was started. */
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
