package dev.millrace.gateway.publish;

import dev.millrace.gateway.submission.Submission;
import java.time.Instant;
import org.apache.kafka.common.TopicPartition;

/**
 * A batch whose submission this member of the group owns.
 *
 * @param partition partition of the submission
 * @param offset offset of the submission, which stays committed until the batch has ended
 * @param progress how far committed transactions have published the lines
 * @param notBefore when it may be published; the epoch for a batch that was not postponed
 */
record OwnedBatch(
        TopicPartition partition,
        long offset,
        Submission submission,
        Progress progress,
        Instant notBefore) {

    /** Returns true if the batch was moved behind others, so that its progress is in its record. */
    boolean isPostponed() {
        return !notBefore.equals(Instant.EPOCH);
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
