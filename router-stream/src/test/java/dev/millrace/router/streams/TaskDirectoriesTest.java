package dev.millrace.router.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.internals.TaskMetadataImpl;
import org.apache.kafka.streams.processor.internals.ThreadMetadataImpl;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskDirectoriesTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    @TempDir private Path directory;

    @BeforeEach
    void createOldDirectories() throws IOException {
        for (String name : Set.of("0_0", "0_1")) {
            Files.createDirectory(directory.resolve(name));
            Files.setLastModifiedTime(directory.resolve(name), FileTime.from(Instant.EPOCH));
        }
    }

    private Instant timeOf(String name) throws IOException {
        return Files.getLastModifiedTime(directory.resolve(name)).toInstant();
    }

    /** A stream thread with the active task 0_0 and the standby task 0_1. */
    private static ThreadMetadata thread() {
        return new ThreadMetadataImpl(
                "thread",
                "RUNNING",
                "consumer",
                "restorer",
                "producer",
                "admin",
                Set.of(task("0_0")),
                Set.of(task("0_1")));
    }

    private static TaskMetadata task(String name) {
        return new TaskMetadataImpl(
                TaskId.parse(name), Set.of(), Map.of(), Map.of(), Optional.empty());
    }

    @Test
    void stateOfActiveTasksIsCompleteOnceAllRun() {
        assertThat(TaskDirectories.complete(KafkaStreams.State.RUNNING, Set.of(thread())))
                .containsExactly("0_0");
    }

    @Test
    void noStateIsCompleteWhileATaskMayRestore() {
        assertThat(TaskDirectories.complete(KafkaStreams.State.REBALANCING, Set.of(thread())))
                .isEmpty();
    }

    @Test
    void closedTaskHasCurrentState() throws IOException {
        new TaskDirectories(directory, () -> NOW).onClosed(Set.of("0_0", "without state"));

        assertThat(timeOf("0_0")).isEqualTo(NOW);
        assertThat(timeOf("0_1")).isEqualTo(Instant.EPOCH);
        assertThat(directory.resolve("without state")).doesNotExist();
    }
}
