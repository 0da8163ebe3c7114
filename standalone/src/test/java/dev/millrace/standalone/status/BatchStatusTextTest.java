package dev.millrace.standalone.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.gateway.figures.CostGroup;
import dev.millrace.gateway.figures.ListedBatch;
import dev.millrace.results.BatchKey;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.standalone.retry.StoredBatch;
import dev.millrace.store.rollup.RollupSums;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchStatusTextTest {
    private static final Instant NOW = StoredBatch.NOON.plusSeconds(20);

    @TempDir private Path folder;

    private BatchView view(StoredBatch stored) throws Exception {
        try (var runner = QueryRunner.open(stored.storeIn(folder))) {
            return BatchView.read(runner, BatchKey.of("b"), NOW).orElseThrow();
        }
    }

    private static StoredBatch halfDone() {
        return new StoredBatch()
                .manifest("b", 4, "a")
                .result("b", 1, null)
                .result("b", 2, "timeout");
    }

    @Test
    void showsProgressCountsAndOrigin() throws Exception {
        assertThat(BatchStatusText.lines(view(halfDone()), NOW))
                .containsExactly(
                        "batch b of tenant default",
                        "  progress      2 of 4 lines ended, 50 %, 20 s left",
                        "  succeeded     1",
                        "  failed        1",
                        "  dead letters  0",
                        "  cost          0 USD",
                        "  submitted     2026-11-20T12:00:00Z by ada@host",
                        "  retry of      a");
    }

    @Test
    void costOfAllLinesIsExpectedAtTheAverageOfThoseThatHaveEnded() throws Exception {
        BatchView view = view(halfDone());
        var sums = new RollupSums();
        sums.addMoney(new BigDecimal("0.3"), BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);
        var costs = new CostGroup(List.of(), sums);
        var paid = new BatchView(new ListedBatch(view.status(), costs), List.of());

        assertThat(BatchStatusText.lines(paid, NOW))
                .contains("  cost          0.3 USD, about 0.6 in total");
        assertThat(paid.toJson(NOW)).contains("\"expected_cost_usd\":0.6");
        assertThat(view.toJson(NOW)).contains("\"expected_cost_usd\":null");
    }

    @Test
    void endIsUnknownWhileNoWorkerRuns() throws Exception {
        var waits = List.of(wait(WaitingReason.NO_WORKER, Optional.empty()));
        var waiting = new BatchView(view(halfDone()).batch(), waits);

        assertThat(waiting.toJson(NOW)).contains("\"estimated_end\":null");
    }

    @Test
    void endIsLaterByAWaitThatEndsAtAKnownTime() throws Exception {
        Instant until = NOW.plus(Duration.ofMinutes(5));
        var waits = List.of(wait(WaitingReason.BREAKER, Optional.of(until)));
        var waiting = new BatchView(view(halfDone()).batch(), waits);

        assertThat(waiting.toJson(NOW))
                .contains("\"estimated_end\":\"" + until.plusSeconds(20) + "\"");
    }

    private static Waiting wait(WaitingReason reason, Optional<Instant> until) {
        return new Waiting("m", Optional.empty(), reason, "why", until, 2);
    }

    @Test
    void barIsFilledByTheShareOfEndedLines() throws Exception {
        assertThat(BatchStatusText.bar(view(halfDone()), NOW))
                .startsWith(
                        "[############------------] 2 of 4 lines ended, 50 %, 20 s left, 1 failed");
    }

    @Test
    void batchIsCompleteWithItsLastDeadLetter() throws Exception {
        BatchView view =
                view(halfDone().result("b", 3, null).deadLetter("b", 4, "malformed_request"));

        assertThat(view.isComplete()).isTrue();
        assertThat(BatchStatusText.lines(view, NOW))
                .contains("  progress      4 of 4 lines ended, 100 %");
    }

    @Test
    void progressIsUnknownWithoutManifest() throws Exception {
        BatchView view = view(new StoredBatch().result("b", 1, null));

        assertThat(view.isComplete()).isFalse();
        assertThat(BatchStatusText.lines(view, NOW))
                .contains("  progress      unknown: the batch has no manifest");
        assertThat(view.toJson(NOW)).contains("\"progress\":null", "\"costs\":{\"jobs\":1");
    }
}
