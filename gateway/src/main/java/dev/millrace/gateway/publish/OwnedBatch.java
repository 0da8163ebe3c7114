package dev.millrace.gateway.publish;

import dev.millrace.gateway.submission.Submission;
import org.apache.kafka.common.TopicPartition;

/**
 * A batch whose submission this member of the group owns.
 *
 * @param partition partition of the submission
 * @param offset offset of the submission, which stays committed until the batch has ended
 * @param progress how far committed transactions have published the lines
 */
record OwnedBatch(TopicPartition partition, long offset, Submission submission, Progress progress) {

    /** Returns the batch after a committed transaction. */
    OwnedBatch with(Progress committed) {
        return new OwnedBatch(partition, offset, submission, committed);
    }
}
