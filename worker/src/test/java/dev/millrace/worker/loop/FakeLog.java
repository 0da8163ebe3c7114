package dev.millrace.worker.loop;

import dev.millrace.worker.loop.FakeCluster.TransactionOutcome;
import dev.millrace.worker.port.ResultLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A transactional producer whose transactions end as {@link FakeCluster} determines. */
final class FakeLog implements ResultLog {
    private final FakeCluster cluster;

    /** All transactions, whatever their outcome. */
    final List<Transaction> attempts = new ArrayList<>();

    Runnable onCommit = () -> {};
    int openCount;

    /** Error of every opening; empty if the producer can be opened. */
    Optional<String> openProblem = Optional.empty();

    boolean isClosed;

    FakeLog(FakeCluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public Optional<String> open() {
        openCount++;
        return openProblem;
    }

    @Override
    public Commit commit(Transaction transaction) {
        attempts.add(transaction);
        onCommit.run();
        var refused = transaction.records().stream().filter(cluster::isRefused).toList();
        if (!refused.isEmpty()) {
            return new Commit.Rejected("RecordTooLargeException: too large", refused);
        }
        if (transaction.offsets().keySet().stream()
                .anyMatch(cluster.rejectedPartitions::contains)) {
            return new Commit.Rejected("KafkaException: an offset is rejected", List.of());
        }
        if (transaction.offsets().keySet().stream()
                .anyMatch(it -> cluster.deletedTopics.contains(it.topic()))) {
            return new Commit.OutcomeUnknown("TimeoutException: no answer", false);
        }
        TransactionOutcome outcome =
                cluster.nextOutcomes.isEmpty()
                        ? TransactionOutcome.WRITTEN
                        : cluster.nextOutcomes.remove();
        if (outcome == TransactionOutcome.WRITTEN
                || outcome == TransactionOutcome.UNKNOWN_BUT_WRITTEN) {
            transaction.records().forEach(cluster::write);
            cluster.committed.putAll(transaction.offsets());
        }
        return switch (outcome) {
            case WRITTEN -> new Commit.Done();
            case ABORTED -> new Commit.Aborted("test");
            case UNKNOWN_BUT_WRITTEN, UNKNOWN_AND_ABORTED ->
                    new Commit.OutcomeUnknown("test", false);
            case FENCED -> new Commit.OutcomeUnknown("test", true);
        };
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
