package dev.millrace.retrieval.follow;

import static org.awaitility.Awaitility.await;

import dev.millrace.retrieval.index.WordEmbedder;
import dev.millrace.similarity.chunk.ChunkSizes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentFollowerTest {

    @TempDir private Path folder;

    @Test
    void errorIsReportedAsTheProblem() {
        var settings =
                new DocumentFollower.Settings(
                        folder,
                        new ChunkSizes(64, 8),
                        Duration.ofDays(6),
                        () -> {
                            throw new LinkageError("no such class");
                        },
                        new WordEmbedder("words"),
                        () -> Instant.EPOCH,
                        () -> 0);
        try (var follower =
                new DocumentFollower(settings, new DocumentMetrics(new SimpleMeterRegistry()))) {
            follower.start();

            await().until(
                            () ->
                                    follower.problem()
                                            .equals(
                                                    Optional.of(
                                                            "cannot index documents until the next"
                                                                    + " start: java.lang.LinkageError:"
                                                                    + " no such class")));
        }
    }
}
