package dev.millrace.worker.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Encodes, for each open job with free attempts, how many of its ended attempts can have been
 * billed. The next owner charges the highest cost for each such attempt.
 *
 * <p>The {@linkplain TopicTag tags} stand between the topic's tag and the ledger's text: first a
 * tag with a checksum, then one tag for each such job. All ended attempts of a job without a tag
 * count as billed, so tags are left out when there is no room.
 */
final class BillableAttempts {
    private static final int COUNT_BITS = Byte.SIZE;
    private static final int MAX_INDEX = 1 << (Integer.SIZE - COUNT_BITS);

    private BillableAttempts() {}

    /** Returns the tags that fit into the given number of characters. */
    static String encode(OpenJobs jobs, int roomChars) {
        var tags = new StringBuilder();
        int end = Math.min(jobs.size(), MAX_INDEX);
        for (int i = 0; i < end && tags.length() + 2 * TopicTag.CHARS <= roomChars; i++) {
            if (jobs.unbilled(i) > 0) {
                tags.append(TopicTag.of((i << COUNT_BITS) | jobs.get(i).billable()));
            }
        }
        return tags.isEmpty() ? "" : TopicTag.of(checksum(jobs.first(), tags.toString())) + tags;
    }

    /**
     * Adds the content of the tags to the jobs of a ledger; adds nothing if the checksum is wrong.
     */
    static Reading.Known read(String tags, Reading.Known known) {
        String counts = tags.substring(TopicTag.CHARS);
        if (TopicTag.content(tags, 0) != checksum(known.offset(), counts)) {
            return known;
        }
        List<OpenJob> open = new ArrayList<>(known.open());
        for (int at = 0; at < counts.length(); at += TopicTag.CHARS) {
            int content = TopicTag.content(counts, at);
            int index = content >>> COUNT_BITS;
            if (index < open.size()) {
                int billable = content & ((1 << COUNT_BITS) - 1);
                open.set(index, open.get(index).withBillable(billable));
            }
        }
        return new Reading.Known(known.offset(), known.frontier(), open, known.standing());
    }

    private static int checksum(long offset, String counts) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(offset).flip());
        crc.update(counts.getBytes(US_ASCII));
        return (int) crc.getValue();
    }
}
