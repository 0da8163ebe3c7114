package dev.millrace.worker.ledger;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Encodes a ledger as the metadata of a committed offset, and decodes it. The text is a version
 * digit, followed by these parts as {@link Z85}: a checksum (4 bytes), the {@link OffsetEncoding}
 * (8 bits), the largest state (8 bits), the offsets of the open jobs and the frontier in the
 * smallest encoding, and the states as {@link StateEncoding}.
 *
 * <p>A ledger with standing intents has another version digit, and their number (16 bits) after the
 * checksum. The other parts follow if a job is open. A program that does not know standing intents
 * rejects such a ledger, instead of calling their jobs again.
 *
 * <p>The checksum covers the offset. A tool that copies metadata to another offset would name the
 * wrong jobs; such metadata is rejected. A checksum of 32 bits detects every change that spans at
 * most 32 bits, such as one changed character.
 */
final class LedgerCodec {
    /** Limits the memory that a few crafted bytes can make a reader allocate. */
    static final int MAX_OPEN = 1_000_000;

    /** The largest number of standing intents. */
    static final int MAX_STANDING = (1 << Short.SIZE) - 1;

    /** The bytes that standing intents add. */
    static final int STANDING_BYTES = Short.BYTES;

    private static final char VERSION = '2';
    private static final char VERSION_WITH_STANDING = '3';
    private static final int CHECKSUM_BYTES = 4;
    private static final int HEADER_BITS = 2 * Byte.SIZE;

    private LedgerCodec() {}

    /**
     * Returns the metadata of open jobs; the first job is at the committed offset. Without an open
     * job, the frontier is committed.
     *
     * <p>The limit can leave too little space for the states, but only for jobs that an earlier
     * owner admitted under other limits. The metadata then contains fewer attempts than were made;
     * no attempts if there is less than one bit per job. The offsets are always written.
     *
     * @param standing number of standing intents, 0 to {@link #MAX_STANDING}; they are always
     *     written
     * @param limitChars maximum length of the text
     */
    static String encode(OpenJobs jobs, int standing, int limitChars) {
        int largest = jobs.largestState();
        if (jobs.size() == 0) {
            return standing == 0
                    ? ""
                    : write(jobs, standing, _ -> {}, CHECKSUM_BYTES + STANDING_BYTES);
        }
        // The offset alone suffices if no job below the frontier is finished or was started.
        boolean noneBegun = largest == 0;
        if (standing == 0 && noneBegun && jobs.size() == jobs.frontier() - jobs.first()) {
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
        int standingBytes = standing == 0 ? 0 : STANDING_BYTES;
        while (largest > 0 && chars(offsetBits, jobs.size(), largest, standingBytes) > limitChars) {
            largest--;
        }
        int list = form;
        int states = largest;
        return write(
                jobs,
                standing,
                out -> {
                    out.put(list, Byte.SIZE);
                    out.put(states, Byte.SIZE);
                    OffsetEncoding.write(list, jobs, out);
                    StateEncoding.write(jobs, states, out);
                    out.end();
                },
                bytes(offsetBits, jobs.size(), largest) + standingBytes);
    }

    /**
     * Returns the number of characters for the given number of jobs with states up to the largest.
     *
     * @param standingBytes {@link #STANDING_BYTES} if intents stand, else 0
     */
    static long chars(long offsetBits, int count, int largest, int standingBytes) {
        return 1 + Z85.chars(bytes(offsetBits, count, largest) + standingBytes);
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
            return switch (metadata.charAt(0)) {
                case VERSION -> read(offset, checked(VERSION, offset, Z85.decode(metadata)), 0);
                case VERSION_WITH_STANDING ->
                        readWithStanding(
                                offset,
                                checked(VERSION_WITH_STANDING, offset, Z85.decode(metadata)));
                default ->
                        new Reading.Unreadable(
                                "its version is %s, this program reads %s and %s"
                                        .formatted(
                                                metadata.charAt(0),
                                                VERSION,
                                                VERSION_WITH_STANDING));
            };
        } catch (IllegalArgumentException | ArithmeticException e) {
            return new Reading.Unreadable(String.valueOf(e.getMessage()));
        }
    }

    /** Returns the content after verifying that the checksum matches the content and the offset. */
    private static ByteBuffer checked(char version, long offset, ByteBuffer whole) {
        if (whole.remaining() <= CHECKSUM_BYTES) {
            throw new IllegalArgumentException("it is truncated");
        }
        int expected = whole.getInt();
        if (checksum(version, offset, whole) != expected) {
            throw new IllegalArgumentException(
                    "its checksum is wrong: it is damaged, or belongs to another offset");
        }
        return whole;
    }

    /**
     * Returns the text with a content.
     *
     * @param bytes of the checksum and the content
     */
    private static String write(
            OpenJobs jobs, int standing, Consumer<BitWriter> content, long bytes) {
        int length = Math.toIntExact(bytes);
        var whole = ByteBuffer.allocate(length + Integer.BYTES).position(CHECKSUM_BYTES);
        if (standing > 0) {
            whole.putShort((short) standing);
        }
        content.accept(new BitWriter(whole));
        whole.position(CHECKSUM_BYTES).limit(length);
        char version = standing > 0 ? VERSION_WITH_STANDING : VERSION;
        whole.putInt(0, checksum(version, jobs.offset(), whole));
        return Z85.encode(version, whole.rewind());
    }

    private static Reading readWithStanding(long offset, ByteBuffer content) {
        if (content.remaining() < STANDING_BYTES) {
            throw new IllegalArgumentException("it is truncated");
        }
        int standing = Short.toUnsignedInt(content.getShort());
        return content.hasRemaining()
                ? read(offset, content, standing)
                : new Reading.Known(offset, offset, new ArrayList<>(), standing);
    }

    private static Reading read(long offset, ByteBuffer content, int standing) {
        var in = new BitReader(content);
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
        return new Reading.Known(offset, offsets[count], open, standing);
    }

    private static long bytes(long offsetBits, int count, int largest) {
        long bits = HEADER_BITS + offsetBits + StateEncoding.bits(count, largest);
        return CHECKSUM_BYTES + Math.ceilDiv(bits, Byte.SIZE);
    }

    /** Returns the checksum of the remaining content without moving the buffer's position. */
    private static int checksum(char version, long offset, ByteBuffer content) {
        var crc = new CRC32C();
        if (version != VERSION) {
            crc.update(version);
        }
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(offset).flip());
        crc.update(content.slice());
        return (int) crc.getValue();
    }
}
