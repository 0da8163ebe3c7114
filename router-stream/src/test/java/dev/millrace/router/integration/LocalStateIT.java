package dev.millrace.router.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.testclusters.RequestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a router uses local state only if no changelog has forgotten a deletion since. */
class LocalStateIT {
    private static final Duration OLD = Duration.ofMinutes(31);
    private static final String MARKER = "marker";

    @TempDir private Path directory;
    private RequestCluster cluster;
    private Instant began = Instant.EPOCH;

    @BeforeEach
    void open() {
        cluster = new RequestCluster(directory);
        // The times of files may have seconds only.
        began = Instant.now().minusSeconds(1);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void submit() throws IOException {
        cluster.submit(RequestCluster.line("a", RequestCluster.MODEL, "hello"));
    }

    private List<Path> tasks() throws IOException {
        try (var files = Files.walk(cluster.state(), 2)) {
            return files.filter(it -> it.getFileName().toString().matches("[0-9]+_[0-9]+"))
                    .toList();
        }
    }

    private void makeOld() throws IOException {
        for (Path task : tasks()) {
            Files.setLastModifiedTime(task, FileTime.from(began.minus(OLD)));
        }
    }

    @Test
    void closedRouterMarksItsStateAsCurrent() throws IOException {
        try (var _ = Routers.start(cluster, cluster.state())) {
            submit();
            cluster.awaitOutput(1);
            makeOld();
        }

        assertThat(tasks()).isNotEmpty();
        for (Path task : tasks()) {
            assertThat(Files.getLastModifiedTime(task).toInstant()).as("%s", task).isAfter(began);
        }
    }

    @Test
    void currentStateIsUsed() throws IOException {
        List<Path> tasks = markTasks();

        try (var _ = Routers.start(cluster, cluster.state())) {
            submit();
            cluster.awaitOutput(2);

            assertThat(tasks).allMatch(it -> Files.exists(it.resolve(MARKER)));
        }
    }

    /** Runs and closes a router, and returns its marked tasks. */
    private List<Path> markTasks() throws IOException {
        try (var _ = Routers.start(cluster, cluster.state())) {
            submit();
            cluster.awaitOutput(1);
        }
        List<Path> tasks = tasks();
        for (Path task : tasks) {
            Files.writeString(task.resolve(MARKER), "");
        }
        return tasks;
    }

    @Test
    void oldStateIsDroppedAndRestored() throws IOException {
        List<Path> tasks = markTasks();
        makeOld();

        try (var _ = Routers.start(cluster, cluster.state())) {
            submit();

            assertThat(cluster.awaitOutput(2))
                    .filteredOn(it -> it.topic().equals(RequestCluster.TOPICS.deadLetters()))
                    .extracting(it -> DeadLetter.read(it.headers()).reason())
                    .containsExactly("duplicate");
            assertThat(tasks).noneMatch(it -> Files.exists(it.resolve(MARKER)));
        }
    }
}
