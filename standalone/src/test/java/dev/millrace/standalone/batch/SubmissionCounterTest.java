package dev.millrace.standalone.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.batch.BatchManifest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SubmissionCounterTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final SubmissionCounter counter = new SubmissionCounter();

    private List<BatchManifest> manifests() {
        return counter.manifests("s", NOON, "ada@host", Optional.empty());
    }

    @Test
    void eachBatchOfEachTenantGetsAManifest() {
        counter.onLine("default", "b");
        counter.onLine("acme", "b");
        counter.onLine("default", "b");

        assertThat(manifests())
                .containsExactly(
                        new BatchManifest(
                                "default", "b", "s", 2, NOON, "ada@host", Optional.empty()),
                        new BatchManifest("acme", "b", "s", 1, NOON, "ada@host", Optional.empty()));
    }

    @Test
    void numberOfBatchesIsBounded() {
        for (int batch = 0; batch <= SubmissionCounter.MAX_BATCHES; batch++) {
            counter.onLine("default", "b" + batch);
            counter.onLine("default", "b0");
        }

        assertThat(manifests()).hasSize(SubmissionCounter.MAX_BATCHES);
        assertThat(manifests().getFirst().lines()).isEqualTo(SubmissionCounter.MAX_BATCHES + 2);
    }
}
