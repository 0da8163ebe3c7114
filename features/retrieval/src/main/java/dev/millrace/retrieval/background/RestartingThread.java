package dev.millrace.retrieval.background;

import dev.millrace.contracts.service.StoppableThread;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that runs a task until it is closed. When the task fails, it waits and runs the task
 * again. After an {@link Error}, it ends. In both cases, {@link #problem} has the reason.
 */
public final class RestartingThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RestartingThread.class);
    private static final Duration RETRY_WAIT = Duration.ofSeconds(2);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final String purpose;
    private final Task task;
    private final Duration retryWait;
    private final String name;
    private final StoppableThread thread;
    private volatile Optional<String> problem = Optional.empty();

    /** Work that calls {@link #onRunning} once it works, and ends when {@link #isOpen} is false. */
    public interface Task {
        void run() throws IOException;
    }

    /**
     * @param name of the thread
     * @param purpose the task's work, such as "index documents"
     */
    public RestartingThread(String name, String purpose, Task task) {
        this(name, purpose, task, RETRY_WAIT);
    }

    /**
     * @param retryWait between a failure and the next run
     */
    RestartingThread(String name, String purpose, Task task, Duration retryWait) {
        this.purpose = purpose;
        this.task = task;
        this.retryWait = retryWait;
        this.name = name;
        thread = StoppableThread.of(name, this::run);
    }

    /** Starts the thread; later calls do nothing. Can be called from any thread. */
    public void start() {
        thread.start();
    }

    /** Returns false once the task must end. Any thread may call. */
    public boolean isOpen() {
        return thread.isOpen();
    }

    /** Ends the problem of the last run. Called by the task. */
    public void onRunning() {
        problem = Optional.empty();
    }

    /**
     * Returns why the task does not run; empty if it does, or was not started. Any thread may call.
     */
    public Optional<String> problem() {
        return problem;
    }

    private void run() {
        try {
            do {
                runTask();
            } while (thread.pause(retryWait));
        } catch (Error e) {
            problem = Optional.of("cannot " + purpose + " until the next start: " + e);
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("thread", name)
                    .log("Cannot {} until the next start because of an internal error", purpose);
        }
    }

    private void runTask() {
        try {
            task.run();
        } catch (IOException | RuntimeException e) {
            onFailure(e);
        }
    }

    private void onFailure(Exception failure) {
        if (!isOpen()) {
            return;
        }
        String text = "cannot " + purpose + ": " + failure.getMessage();
        if (!problem.equals(Optional.of(text))) {
            boolean isExpected =
                    failure instanceof IOException || failure instanceof KafkaException;
            LOG.atWarn()
                    .setCause(isExpected ? null : failure)
                    .addKeyValue("problem", failure.getMessage())
                    .log("Cannot {}; will retry", purpose);
        }
        problem = Optional.of(text);
    }

    /** Lets the task end, and waits for the end of the thread for a limited time. */
    @Override
    public void close() {
        thread.stop();
        if (!thread.join(CLOSE_WAIT)) {
            LOG.atWarn().addKeyValue("thread", name).log("A thread has not ended yet");
        }
    }
}
