package dev.millrace.worker.ledger;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.zip.CRC32C;

/**
 * Encodes a ledger as the metadata of a committed offset, and decodes it. The text is a version
 * digit, followed by these parts as {@link Z85}: a checksum (4 bytes), the {@link OffsetEncoding}
 * (8 bits), the largest state (8 bits), the offsets of the open jobs and the frontier in the
 * smallest encoding, and the states as {@link StateEncoding}.
 *
 * <p>The checksum covers the offset. A tool that copies metadata to another offset would name the
 * wrong jobs; such metadata is rejected. A checksum of 32 bits detects every change within 32 bits,
 * and therefore every changed character.
 */
final class LedgerCodec {
    /** Limits the memory that a few crafted bytes can make a reader allocate. */
    static final int MAX_OPEN = 1_000_000;

    private static final char VERSION = '2';
    private static final int CHECKSUM_BYTES = 4;
    private static final int HEADER_BITS = 2 * Byte.SIZE;

    private LedgerCodec() {}

    /**
     * Returns the metadata of open jobs; the first job is at the committed offset.
     *
     * <p>The limit can leave too little space for the states, but only for jobs that an earlier
     * owner admitted under other limits. The metadata then contains fewer attempts than were made,
     * or no attempts below one bit per job. The offsets are always written.
     *
     * @param limitChars maximum length of the text
     */
    static String encode(OpenJobs jobs, int limitChars) {
        int largest = jobs.largestState();
        // The offset alone suffices if no job below the frontier is finished or was started.
        boolean noneBegun = largest == 0;
        if (jobs.size() == 0 || (noneBegun && jobs.size() == jobs.frontier() - jobs.first())) {
            return "";
        }
        int form = OffsetEncoding.BITMAP;
        long offsetBits = OffsetEncoding.bitmapBits(jobs.frontier() - jobs.first());
        for (int list = 0; list < OffsetEncoding.LISTS; list++) {
            if (jobs.listBits(list) < offsetBits) {
                form = list;
                offsetBits = jobs.listBits(list);
            }
        }
        while (largest > 0 && chars(offsetBits, jobs.size(), largest) > limitChars) {
            largest--;
        }
        return write(jobs, form, largest, bytes(offsetBits, jobs.size(), largest));
    }

    /**
     * Returns the number of characters for the given number of jobs with states up to the largest.
     */
    static long chars(long offsetBits, int count, int largest) {
        return 1 + Z85.chars(bytes(offsetBits, count, largest));
    }

    /** Reads the text and the {@link BillableAttempts} before it, after an optional topic tag. */
    static Reading decode(long offset, String metadata) {
        int tags = TopicTag.prefixChars(metadata);
        Reading reading = decodeText(offset, metadata.substring(tags));
        return tags > TopicTag.CHARS && reading instanceof Reading.Known known
                ? BillableAttempts.read(metadata.substring(TopicTag.CHARS, tags), known)
                : reading;
    }

    private static Reading decodeText(long offset, String metadata) {
        if (metadata.isEmpty()) {
            return new Reading.Known(offset, offset, new ArrayList<>());
        }
        try {
            return metadata.charAt(0) == VERSION
                    ? read(offset, Z85.decode(metadata))
                    : new Reading.Unreadable(
                            "its version is %s, this program reads %s"
                                    .formatted(metadata.charAt(0), VERSION));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return new Reading.Unreadable(String.valueOf(e.getMessage()));
        }
    }

    /** Returns the content after verifying that the checksum matches the content and the offset. */
    private static ByteBuffer checked(long offset, ByteBuffer whole) {
        if (whole.remaining() <= CHECKSUM_BYTES) {
            throw new IllegalArgumentException("it is truncated");
        }
        int expected = whole.getInt();
        if (checksum(offset, whole) != expected) {
            throw new IllegalArgumentException(
                    "its checksum is wrong: it is damaged, or belongs to another offset");
        }
        return whole;
    }

    private static String write(OpenJobs jobs, int form, int largest, long bytes) {
        int length = Math.toIntExact(bytes);
        var whole = ByteBuffer.allocate(length + Integer.BYTES).position(CHECKSUM_BYTES);
        var out = new BitWriter(whole);
        out.put(form, Byte.SIZE);
        out.put(largest, Byte.SIZE);
        OffsetEncoding.write(form, jobs, out);
        StateEncoding.write(jobs, largest, out);
        out.end();
        whole.limit(length);
        whole.putInt(0, checksum(jobs.first(), whole));
        return Z85.encode(VERSION, whole.rewind());
    }

    private static Reading read(long offset, ByteBuffer whole) {
        var in = new BitReader(checked(offset, whole));
        int form = (int) in.read(Byte.SIZE);
        int largest = (int) in.read(Byte.SIZE);
        if (largest > OpenJob.LARGEST_STATE) {
            throw new IllegalArgumentException("its largest state is " + largest);
        }
        long[] offsets = OffsetEncoding.read(form, offset, in);
        int count = offsets.length - 1;
        int[] states = StateEncoding.read(count, largest, in);
        if (in.remaining() >= Byte.SIZE) {
            throw new IllegalArgumentException("it continues after its end");
        }
        var open = new ArrayList<OpenJob>(count);
        for (int i = 0; i < count; i++) {
            open.add(OpenJob.of(offsets[i], states[i]));
        }
        return new Reading.Known(offset, offsets[count], open);
    }

    private static long bytes(long offsetBits, int count, int largest) {
        long bits = HEADER_BITS + offsetBits + StateEncoding.bits(count, largest);
        return CHECKSUM_BYTES + Math.ceilDiv(bits, Byte.SIZE);
    }

    /** Returns the checksum of the remaining content without moving the buffer's position. */
    private static int checksum(long offset, ByteBuffer content) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(offset).flip());
        crc.update(content.slice());
        return (int) crc.getValue();
    }
}
