package dev.millrace.router.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Set;
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

    @Test
    void closedTaskHasCurrentState() throws IOException {
        new TaskDirectories(directory, () -> NOW).onClosed(Set.of("0_0", "without state"));

        assertThat(timeOf("0_0")).isEqualTo(NOW);
        assertThat(timeOf("0_1")).isEqualTo(Instant.EPOCH);
        assertThat(directory.resolve("without state")).doesNotExist();
    }
}
