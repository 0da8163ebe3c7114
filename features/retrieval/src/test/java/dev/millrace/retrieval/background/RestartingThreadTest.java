package dev.millrace.retrieval.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RestartingThreadTest {

    private final AtomicInteger runs = new AtomicInteger();
    private RestartingThread thread = thread(() -> {});

    @AfterEach
    void close() {
        thread.close();
    }

    private static RestartingThread thread(RestartingThread.Task task) {
        return new RestartingThread("test", "count", task, Duration.ofMillis(1));
    }

    private void start(RestartingThread.Task task) {
        thread = thread(task);
        thread.start();
    }

    private void work() throws IOException {
        thread.onRunning();
        while (thread.isOpen()) {
            Thread.onSpinWait();
        }
        throw new IOException("closed under way");
    }

    private void failTwice() throws IOException {
        if (runs.incrementAndGet() <= 2) {
            throw new IOException("full");
        }
        work();
    }

    @Test
    void failedTaskRunsAgainAndItsProblemEnds() {
        start(this::failTwice);

        await().until(() -> runs.get() == 3 && thread.problem().isEmpty());
    }

    @Test
    void failureIsTheProblem() {
        start(
                () -> {
                    throw new IllegalStateException("full");
                });

        await().until(() -> thread.problem().equals(Optional.of("cannot count: full")));
    }

    @Test
    void errorIsTheProblemAndTheTaskDoesNotRunAgain() {
        start(
                () -> {
                    runs.incrementAndGet();
                    throw new LinkageError("no such class");
                });

        await().until(() -> thread.problem().isPresent());
        assertThat(thread.problem())
                .contains(
                        "cannot count until the next start: java.lang.LinkageError: no such class");
        assertThat(runs).hasValue(1);
    }

    @Test
    void closedTaskEndsWithoutAProblem() {
        start(this::work);
        thread.close();

        assertThat(thread.problem()).isEmpty();
    }

    @Test
    void closedThreadIsNeverStarted() {
        thread = thread(runs::incrementAndGet);
        thread.close();
        thread.start();

        assertThat(runs).hasValue(0);
    }

    @Test
    void secondStartDoesNothing() {
        start(this::failTwice);
        thread.start();

        await().until(() -> runs.get() == 3 && thread.problem().isEmpty());
    }
}
