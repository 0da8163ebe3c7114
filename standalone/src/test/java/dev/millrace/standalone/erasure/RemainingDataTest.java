package dev.millrace.standalone.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.store.row.Erasures.Subject;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RemainingDataTest {
    private static final MillraceConfig CONFIG =
            new ConfigLoader(Map.of()).parse("m.yaml", "topics: { prefix: my., retention: 36h }\n");

    private static String left(String batch, boolean isConnected) {
        return new RemainingData(
                        new Subject("acme", batch),
                        CONFIG,
                        Set.of("batch_1"),
                        isConnected,
                        Path.of("data", "runs.db"))
                .text();
    }

    @Test
    void namesTopicsWithTheirRetention() {
        assertThat(left("", true))
                .contains("my.results, my.costs, my.dead-letters, my.batches")
                .contains("topics.retention (36 h 0 min)")
                .contains("my.requests, my.jobs.*", "my.chunks", "my.control", "my.vectors");
    }

    @Test
    void namesFilesAndBatchesThatStay() {
        assertThat(left("", true))
                .contains("batch_1 with its file")
                .contains(Path.of("data", "runs.db").toString())
                .contains("sink.retention (30 days)");
    }

    @Test
    void documentsAreLeftIfNoPipelineRuns() {
        assertThat(left("", false)).contains("documents, vectors, indexes and cached answers: no");
        assertThat(left("", true)).contains("those of stopped services");
    }

    @Test
    void answersOfABatchStayInTheCache() {
        assertThat(left("b", false))
                .contains("router.cache.ttl (24 h 0 min)")
                .contains("cache purge --tenant acme")
                .doesNotContain("documents");
    }
}
