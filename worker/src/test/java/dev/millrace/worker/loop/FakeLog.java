package dev.millrace.worker.loop;

import dev.millrace.worker.loop.FakeCluster.Fate;
import dev.millrace.worker.port.ResultLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A transactional producer whose transactions meet the fates that the test names. */
final class FakeLog implements ResultLog {
    private final FakeCluster cluster;
    final List<Transaction> attempts = new ArrayList<>();
    Runnable onCommit = () -> {};
    int opened;

    /** Why it cannot be opened; empty when it can. */
    Optional<String> refusal = Optional.empty();

    boolean isClosed;

    FakeLog(FakeCluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public Optional<String> open() {
        opened++;
        return refusal;
    }

    @Override
    public Commit commit(Transaction transaction) {
        attempts.add(transaction);
        onCommit.run();
        var tooLarge = transaction.records().stream().filter(cluster::isTooLarge).toList();
        if (!tooLarge.isEmpty()) {
            return new Commit.Rejected("RecordTooLargeException: too large", tooLarge);
        }
        if (transaction.offsets().keySet().stream().anyMatch(cluster.refused::contains)) {
            return new Commit.Rejected("KafkaException: an offset is refused", List.of());
        }
        if (transaction.offsets().keySet().stream()
                .anyMatch(it -> cluster.deletedTopics.contains(it.topic()))) {
            return new Commit.OutcomeUnknown("TimeoutException: no answer", false);
        }
        Fate fate = cluster.fates.isEmpty() ? Fate.WRITTEN : cluster.fates.remove();
        if (fate == Fate.WRITTEN || fate == Fate.WRITTEN_BUT_UNKNOWN) {
            cluster.outputs.addAll(transaction.records());
            cluster.committed.putAll(transaction.offsets());
        }
        return switch (fate) {
            case WRITTEN -> new Commit.Done();
            case ABORTED -> new Commit.Aborted("test");
            case WRITTEN_BUT_UNKNOWN, LOST_AND_UNKNOWN -> new Commit.OutcomeUnknown("test", false);
            case FENCED -> new Commit.OutcomeUnknown("test", true);
        };
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
