package dev.millrace.worker.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Encodes, for each open job with free attempts, how many of its ended attempts can have been
 * billed. The next owner charges the highest cost for each such attempt. Also encodes the latest
 * timestamp of a record with a standing intent.
 *
 * <p>The {@linkplain TopicTag tags} stand between the topic's tag and the ledger's text: first a
 * tag with a checksum, then one tag for each such job. All ended attempts of a job without a tag
 * count as billed, so tags are left out when there is no room. The timestamp is in two tags, whose
 * contents are above all indexes: a program that does not know the timestamp ignores them.
 */
final class BillableAttempts {
    private static final int COUNT_BITS = Byte.SIZE;
    private static final int MAX_INDEX = 1 << (Integer.SIZE - 1 - COUNT_BITS);

    /** Set in both tags of the timestamp, and in no other tag. */
    private static final int TIMESTAMP = 1 << (Integer.SIZE - 1);

    /** Set in the tag with the timestamp's upper half. */
    private static final int UPPER_HALF = TIMESTAMP >>> 1;

    private static final int HALF_BITS = Integer.SIZE - 2;
    private static final int HALF = UPPER_HALF - 1;

    /** The latest timestamp that can be encoded, in milliseconds. */
    static final long LATEST = (1L << (2 * HALF_BITS)) - 1;

    private BillableAttempts() {}

    /** Returns true if the tags of a timestamp fit into the given number of characters. */
    static boolean hasRoomForTimestamp(int roomChars) {
        return 3 * TopicTag.CHARS <= roomChars;
    }

    /**
     * Returns the tags that fit into the given number of characters.
     *
     * @param standingUntil 0 to {@link #LATEST}, if there is room; larger to omit it
     */
    static String encode(OpenJobs jobs, long standingUntil, int roomChars) {
        var tags = new StringBuilder();
        if (standingUntil <= LATEST) {
            tags.append(TopicTag.of(TIMESTAMP | (int) (standingUntil & HALF)));
            tags.append(TopicTag.of(TIMESTAMP | UPPER_HALF | (int) (standingUntil >>> HALF_BITS)));
        }
        int end = Math.min(jobs.size(), MAX_INDEX);
        for (int i = 0; i < end && tags.length() + 2 * TopicTag.CHARS <= roomChars; i++) {
            if (jobs.unbilled(i) > 0) {
                tags.append(TopicTag.of((i << COUNT_BITS) | jobs.get(i).billable()));
            }
        }
        return tags.isEmpty() ? "" : TopicTag.of(checksum(jobs.offset(), tags.toString())) + tags;
    }

    /** Adds the content of the tags to a ledger; adds nothing if the checksum is wrong. */
    static Reading.Known read(String tags, Reading.Known known) {
        String counts = tags.substring(TopicTag.CHARS);
        if (TopicTag.content(tags, 0) != checksum(known.offset(), counts)) {
            return known;
        }
        List<OpenJob> open = new ArrayList<>(known.open());
        long until = 0;
        boolean hasUntil = false;
        for (int at = 0; at < counts.length(); at += TopicTag.CHARS) {
            int content = TopicTag.content(counts, at);
            int index = content >>> COUNT_BITS;
            if ((content & TIMESTAMP) != 0) {
                hasUntil = true;
                long half = content & HALF;
                until |= (content & UPPER_HALF) == 0 ? half : half << HALF_BITS;
            } else if (index < open.size()) {
                int billable = content & ((1 << COUNT_BITS) - 1);
                open.set(index, open.get(index).withBillable(billable));
            }
        }
        return new Reading.Known(
                known.offset(),
                known.frontier(),
                open,
                known.standing(),
                hasUntil ? until : Long.MAX_VALUE);
    }

    private static int checksum(long offset, String counts) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(offset).flip());
        crc.update(counts.getBytes(US_ASCII));
        return (int) crc.getValue();
    }
}
