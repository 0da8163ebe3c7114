package dev.millrace.gateway.batch;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.gateway.results.BatchCounts;
import dev.millrace.gateway.results.BatchUsage;
import dev.millrace.gateway.submission.BatchFacts;
import dev.millrace.gateway.submission.BatchFacts.Ended;
import dev.millrace.results.batch.TimeLeft;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The state of a batch: the facts stored by the gateways and the counts of the sink.
 *
 * @param counts the sink's counts; for an ended batch, the counts at its end
 * @param waits why its jobs wait; empty for an ended batch
 */
public record BatchState(BatchFacts facts, Status status, BatchCounts counts, List<Waiting> waits) {
    public BatchState {
        waits = List.copyOf(waits);
    }

    /** Creates the state of a batch whose jobs do not wait. */
    public BatchState(BatchFacts facts, Status status, BatchCounts counts) {
        this(facts, status, counts, List.of());
    }

    /** The statuses of the Batch API. */
    public enum Status {
        VALIDATING,
        FAILED,
        IN_PROGRESS,
        FINALIZING,
        COMPLETED,
        EXPIRED,
        CANCELLING,
        CANCELLED;

        /** Returns the word of the Batch API. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Returns true if the batch never changes again. */
        public boolean isEnd() {
            return switch (this) {
                case FAILED, COMPLETED, EXPIRED, CANCELLED -> true;
                case VALIDATING, IN_PROGRESS, FINALIZING, CANCELLING -> false;
            };
        }

        private static Status of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /** Returns the state of a batch if its facts suffice; empty if the sink must be asked. */
    static Optional<BatchState> withoutSink(BatchFacts facts) {
        if (facts.ended().isPresent()) {
            Ended ended = facts.ended().get();
            return Optional.of(
                    new BatchState(
                            facts,
                            Status.of(ended.status()),
                            new BatchCounts(
                                    ended.succeeded(),
                                    ended.failed(),
                                    ended.deadLetters(),
                                    Optional.of(ended.at()),
                                    ended.errors(),
                                    ended.usage().orElse(BatchUsage.NONE))));
        }
        if (facts.isWrong()) {
            return Optional.of(new BatchState(facts, Status.FAILED, BatchCounts.NONE));
        }
        if (facts.checked().isEmpty() && facts.cancelledAt().isEmpty()) {
            return Optional.of(new BatchState(facts, Status.VALIDATING, BatchCounts.NONE));
        }
        return Optional.empty();
    }

    /** Returns the state of a batch from its facts and the counts of the sink. */
    static BatchState of(BatchFacts facts, BatchCounts counts, Instant now) {
        return withoutSink(facts)
                .orElseGet(() -> new BatchState(facts, status(facts, counts, now), counts));
    }

    private static Status status(BatchFacts facts, BatchCounts counts, Instant now) {
        boolean hasEnded = facts.published().filter(it -> counts.ended() >= it.lines()).isPresent();
        Instant expiresAt = facts.submission().expiresAt();
        if (facts.cancelledAt().isPresent()) {
            return hasEnded ? Status.CANCELLED : Status.CANCELLING;
        }
        if (!hasEnded) {
            return now.isBefore(expiresAt) ? Status.IN_PROGRESS : Status.FINALIZING;
        }
        boolean isExpired =
                counts.errors(ErrorCode.DEADLINE_EXCEEDED.code()) > 0
                        && counts.lastFinished().filter(it -> !it.isBefore(expiresAt)).isPresent();
        return isExpired ? Status.EXPIRED : Status.COMPLETED;
    }

    /**
     * Returns a copy with the reasons why jobs of the batch wait, which can delay its end. Its end
     * has full minutes, so that it seldom changes without need.
     */
    BatchState withWaits(List<Waiting> reasons, Instant now) {
        Optional<Instant> end =
                counts.estimatedEnd()
                        .flatMap(it -> TimeLeft.of(Duration.between(now, it), reasons, now))
                        .map(it -> now.plus(it).truncatedTo(ChronoUnit.MINUTES));
        return new BatchState(facts, status, counts.endingAt(end), reasons);
    }

    /** Returns a copy with the usage that the sink has counted since the end of the batch. */
    BatchState withUsage(BatchUsage usage) {
        return new BatchState(
                facts,
                status,
                new BatchCounts(
                        counts.succeeded(),
                        counts.failed(),
                        counts.deadLetters(),
                        counts.lastFinished(),
                        counts.errors(),
                        usage));
    }

    /** Returns the number of lines; 0 until they are counted. */
    public long total() {
        return facts.checked().map(BatchFacts.Checked::lines).orElse(0L);
    }

    /** Returns the number of lines that ended without an answer. */
    public long failed() {
        return counts.failed() + counts.deadLetters();
    }

    /** Returns when the last job ended. */
    public Instant endedAt(Instant now) {
        return counts.lastFinished().or(facts::cancelledAt).orElse(now);
    }
}
