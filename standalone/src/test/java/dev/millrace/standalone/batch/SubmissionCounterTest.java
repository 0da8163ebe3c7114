package dev.millrace.standalone.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.batch.BatchOrigin;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SubmissionCounterTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final SubmissionCounter counter = new SubmissionCounter();

    private List<BatchManifest> manifests() {
        return counter.manifests("s", "in.jsonl", NOON, "ada@host");
    }

    private static BatchManifest manifest(String tenant, long lines, Set<String> models) {
        return new BatchManifest(
                tenant,
                "b",
                "s",
                lines,
                NOON,
                "ada@host",
                Optional.empty(),
                new BatchOrigin(Optional.of("in.jsonl"), Map.of(), models, Optional.empty()));
    }

    @Test
    void eachBatchOfEachTenantGetsAManifest() {
        counter.onLine("default", "b", "qwen-turbo");
        counter.onLine("acme", "b", null);
        counter.onLine("default", "b", "auto");

        assertThat(manifests())
                .containsExactly(
                        manifest("default", 2, Set.of("qwen-turbo", "auto")),
                        manifest("acme", 1, Set.of()));
    }

    @Test
    void numberOfBatchesIsBounded() {
        for (int batch = 0; batch <= SubmissionCounter.MAX_BATCHES; batch++) {
            counter.onLine("default", "b" + batch, "m");
            counter.onLine("default", "b0", "m");
        }

        assertThat(manifests()).hasSize(SubmissionCounter.MAX_BATCHES);
        assertThat(manifests().getFirst().lines()).isEqualTo(SubmissionCounter.MAX_BATCHES + 2);
    }
}
