package dev.millrace.gateway.publish;

import dev.millrace.gateway.submission.Submission;
import java.time.Duration;
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
 * @param tries number of failed attempts to publish the batch
 */
record OwnedBatch(
        TopicPartition partition,
        long offset,
        Submission submission,
        Instant appendedAt,
        Progress progress,
        Instant notBefore,
        int tries) {
    /** Pause after the first failed attempt; each further one doubles it. */
    static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

    private static final int MAX_DOUBLINGS = 6;

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

    /** Returns a copy after a failed attempt, which must not be tried again during a pause. */
    OwnedBatch postpone(Instant now) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(tries, MAX_DOUBLINGS));
        return new OwnedBatch(
                partition, offset, submission, appendedAt, progress, now.plus(pause), tries + 1);
    }

    /** Returns a copy with the progress after a committed transaction. */
    OwnedBatch with(Progress committed) {
        return new OwnedBatch(
                partition, offset, submission, appendedAt, committed, notBefore, tries);
    }
}
