package dev.millrace.gateway.publish;

import dev.millrace.gateway.submission.Submission;
import java.time.Instant;
import org.apache.kafka.common.TopicPartition;

/**
 * A batch whose submission this member of the group owns.
 *
 * @param partition partition of the submission
 * @param offset offset of the submission, which stays committed until the batch has ended
 * @param progress lines published by committed transactions
 * @param notBefore earliest time to publish; the epoch for a batch that was not postponed
 */
record OwnedBatch(
        TopicPartition partition,
        long offset,
        Submission submission,
        Progress progress,
        Instant notBefore) {

    /**
     * Returns true if the batch could not be published before, so that its record has its progress.
     */
    boolean isPostponed() {
        return !notBefore.equals(Instant.EPOCH);
    }

    /** Returns true if the batch can be published now. */
    boolean isDue(Instant now) {
        return !notBefore.isAfter(now);
    }

    /** Returns the batch that is tried again at a time. */
    OwnedBatch until(Instant time) {
        return new OwnedBatch(partition, offset, submission, progress, time);
    }

    /** Returns the batch after a committed transaction. */
    OwnedBatch with(Progress committed) {
        return new OwnedBatch(partition, offset, submission, committed, notBefore);
    }
}
