package dev.millrace.router.streams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks the complete local state of tasks as current when the router closes. At the next start,
 * Streams drops state by the age of its directory, which Streams sets only when it creates the
 * directory.
 */
public final class TaskDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(TaskDirectories.class);

    private final Path directory;
    private final InstantSource clock;

    /**
     * @param directory the directory of the application, with a directory for each task
     * @param clock the machine's time, with which Streams compares the times of directories
     */
    public TaskDirectories(Path directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /** Returns the names of the directories with a complete state. */
    public static Set<String> complete(KafkaStreams streams) {
        return complete(streams.state(), streams.metadataForLocalThreads());
    }

    /**
     * Returns the names of the active tasks if all of them run. A task that restores, and any
     * standby, can lack tombstones that the changelog keeps for a limited time only. Marked as
     * current, its old state would bring ended jobs back.
     */
    static Set<String> complete(KafkaStreams.State state, Set<ThreadMetadata> threads) {
        if (state != KafkaStreams.State.RUNNING) {
            return Set.of();
        }
        return threads.stream()
                .flatMap(it -> it.activeTasks().stream())
                .map(TaskMetadata::taskId)
                .map(Object::toString)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Marks the state of closed tasks, which was complete, as current. A failure is only logged:
     * the next start then restores the state.
     */
    public void onClosed(Set<String> names) {
        for (String name : names) {
            Path task = directory.resolve(name);
            try {
                if (Files.isDirectory(task)) {
                    Files.setLastModifiedTime(task, FileTime.from(clock.instant()));
                }
            } catch (IOException e) {
                LOG.atDebug()
                        .addKeyValue("directory", task)
                        .addKeyValue("problem", String.valueOf(e.getMessage()))
                        .log("Cannot mark the state of a task as current");
            }
        }
    }
}
