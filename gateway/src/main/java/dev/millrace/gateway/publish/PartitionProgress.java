package dev.millrace.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the records of one partition prove about its batches. A new owner first scans the partition
 * to its end, because the progress of a batch follows its submission, then reads it again and
 * begins batches.
 *
 * <p>Holds the batches under publication, and the ids of ended batches of which copies can still be
 * read. Used by one thread.
 */
final class PartitionProgress {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionProgress.class);

    private final Map<String, Progress> progress = new HashMap<>();

    /**
     * Ended batches with the offsets of their tombstones, the highest number if not read yet.
     * Further records of these batches begin nothing: once offsets are lost, the records of a batch
     * before and after a move are both read.
     */
    private final Map<String, Long> ended = new HashMap<>();

    /** Takes in a record, in the scan and later. */
    void onRecord(ConsumerRecord<byte[], byte[]> record) {
        String key = new String(record.key(), UTF_8);
        if (Progress.isKey(key)) {
            if (record.value() != null) {
                onProgress(read(key, record));
            }
        } else if (record.value() != null) {
            postponed(record).ifPresent(this::onProgress);
        } else {
            progress.remove(key);
            ended.put(key, record.offset());
        }
    }

    /** Takes in that this gateway has ended a batch. */
    void onEnded(String batch) {
        progress.remove(batch);
        ended.put(batch, Long.MAX_VALUE);
    }

    /** Forgets ended batches once only records from an offset on can be read again. */
    void forgetEndsBefore(long offset) {
        ended.values().removeIf(it -> it < offset);
    }

    /** Reads a progress. A batch whose progress cannot be read is not published. */
    private Progress read(String key, ConsumerRecord<byte[], byte[]> record) {
        try {
            return Progress.read(record.value());
        } catch (IllegalArgumentException e) {
            Progress known = of(Progress.batchOf(key));
            if (known.isKnown()) {
                LOG.atError()
                        .addKeyValue("offset", record.offset())
                        .addKeyValue("key", key)
                        .addKeyValue("reason", e.getMessage())
                        .log("The progress of a batch cannot be read; the batch waits");
            }
            return known.unknown();
        }
    }

    /** Returns the progress before a postponement. The second reading reports unreadable ones. */
    private static Optional<Progress> postponed(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Postponement.read(record.headers()).map(Postponement::progress);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Takes in the progress of a batch, unless a later one is known. */
    void onProgress(Progress known) {
        if (known.line() > 0) {
            progress.merge(known.batch(), known, Progress::max);
        }
    }

    /** Returns true for a batch that ended although its submission can still be read. */
    boolean hasEnded(String batch) {
        return ended.containsKey(batch);
    }

    /** Returns the proven progress of a batch. */
    Progress of(String batch) {
        return Optional.ofNullable(progress.get(batch)).orElseGet(() -> Progress.none(batch));
    }
}
