package dev.millrace.gateway.publish;

import dev.millrace.gateway.submission.Submission;
import java.time.Instant;
import org.apache.kafka.common.TopicPartition;

/**
 * A batch whose submission this member of the group owns.
 *
 * @param partition partition of the submission
 * @param offset offset of the submission, which stays committed until the batch has ended
 * @param appendedAt when a broker appended the submission, before any move
 * @param progress lines published by committed transactions
 * @param notBefore earliest time to publish; the epoch for a batch that was not postponed
 */
record OwnedBatch(
        TopicPartition partition,
        long offset,
        Submission submission,
        Instant appendedAt,
        Progress progress,
        Instant notBefore) {

    /**
     * Returns true if the batch was moved back because it could not be published. Its record then
     * has its progress.
     */
    boolean isPostponed() {
        return !notBefore.equals(Instant.EPOCH);
    }

    /**
     * Returns the submission time of the lines. An operator's cancellation has the brokers' time,
     * and must not miss the lines of a gateway whose clock is ahead.
     */
    Instant submittedAt() {
        Instant created = submission.createdAt();
        return created.isBefore(appendedAt) ? created : appendedAt;
    }

    /** Returns true if the batch can be published now. */
    boolean isDue(Instant now) {
        return !notBefore.isAfter(now);
    }

    /** Returns a copy that must not be tried before a time. */
    OwnedBatch until(Instant time) {
        return new OwnedBatch(partition, offset, submission, appendedAt, progress, time);
    }

    /** Returns a copy with the progress after a committed transaction. */
    OwnedBatch with(Progress committed) {
        return new OwnedBatch(partition, offset, submission, appendedAt, committed, notBefore);
    }
}
