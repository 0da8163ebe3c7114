package dev.millrace.worker.ledger;

import java.util.Arrays;

/**
 * The encodings of ascending offsets whose first offset the reader knows: seven lists and a bitmap.
 * An encoding is identified by a number, 0 to 7, not by an object, because the smallest encoding is
 * computed for each admitted record.
 *
 * <p>A <b>list</b> contains gaps, less one: from each offset to the next, and from the last offset
 * to the frontier. A gap takes groups of s bits; one bit before each group tells whether another
 * group follows. No list grows when a job is finished: its two gaps a and b become a+b. If a takes
 * k groups and b at most k, then a ≤ 2<sup>sk</sup> and b ≤ 2<sup>sk</sup>, so a+b ≤
 * 2<sup>sk+1</sup> ≤ 2<sup>s(k+1)</sup>. The sum takes at most k+1 groups, and the two gaps took at
 * least k+1.
 *
 * <p>The <b>bitmap</b> has a bit for each offset between the first and the frontier. It does not
 * grow when a job is finished.
 *
 * <p>Therefore a ledger that fits when a job is admitted still fits until the next job is admitted.
 */
final class OffsetEncoding {
    private static final int[] GROUP_BITS = {1, 2, 4, 7, 10, 14, 21};

    /** Number of list encodings; their numbers are the lowest. */
    static final int LISTS = GROUP_BITS.length;

    static final int BITMAP = LISTS;

    /** Group size of counts and distances before the offsets. */
    private static final int SIZE_GROUP_BITS = 7;

    private static final int[][] GAP_BITS = gapBits();

    private OffsetEncoding() {}

    /**
     * Returns the number of bits of a list entry for the distance between two offsets, 1 or more.
     */
    static int gapBits(int list, long gap) {
        return GAP_BITS[list][Long.SIZE - Long.numberOfLeadingZeros(gap - 1)];
    }

    /**
     * Returns the encoded size, in bits, of {@code count} offsets whose gaps take {@code gapBits}.
     */
    static long listBits(int count, long gapBits) {
        return sizeBits(count) + gapBits;
    }

    /**
     * Returns the number of bits of the bitmap for the given distance from the first offset to the
     * frontier. For a distance that readers reject, returns more bits than any text has.
     */
    static long bitmapBits(long distance) {
        return distance > LedgerCodec.MAX_OPEN
                ? Integer.MAX_VALUE
                : sizeBits(distance) + distance - 1;
    }

    static void write(int form, OpenJobs jobs, BitWriter out) {
        if (form == BITMAP) {
            writeBitmap(jobs, out);
        } else {
            writeList(GROUP_BITS[form], jobs, out);
        }
    }

    /**
     * Reads offsets; the last element is the frontier.
     *
     * @throws IllegalArgumentException if the encoding is invalid
     * @throws ArithmeticException if an offset overflows
     */
    static long[] read(int form, long first, BitReader in) {
        if (form > BITMAP) {
            throw new IllegalArgumentException("its form " + form + " is not known");
        }
        return form == BITMAP ? readBitmap(first, in) : readList(GROUP_BITS[form], first, in);
    }

    private static void writeList(int groupBits, OpenJobs jobs, BitWriter out) {
        int size = jobs.size();
        out.putGroups(size, SIZE_GROUP_BITS);
        long before = jobs.first();
        for (int i = 1; i < size; i++) {
            long offset = jobs.offset(i);
            out.putGroups(offset - before - 1, groupBits);
            before = offset;
        }
        out.putGroups(jobs.frontier() - before - 1, groupBits);
    }

    private static long[] readList(int groupBits, long first, BitReader in) {
        long count = in.readGroups(SIZE_GROUP_BITS);
        if (count == 0 || count > LedgerCodec.MAX_OPEN || count > in.remaining()) {
            throw new IllegalArgumentException("it claims to contain " + count + " offsets");
        }
        long[] offsets = new long[(int) count + 1];
        offsets[0] = first;
        for (int i = 1; i < offsets.length; i++) {
            long gap = Math.incrementExact(in.readGroups(groupBits));
            offsets[i] = Math.addExact(offsets[i - 1], gap);
        }
        return offsets;
    }

    private static void writeBitmap(OpenJobs jobs, BitWriter out) {
        out.putGroups(jobs.frontier() - jobs.first(), SIZE_GROUP_BITS);
        long before = jobs.first();
        for (int i = 1; i < jobs.size(); i++) {
            long offset = jobs.offset(i);
            out.putZeros(offset - before - 1);
            out.put(1, 1);
            before = offset;
        }
        out.putZeros(jobs.frontier() - before - 1);
    }

    private static long[] readBitmap(long first, BitReader in) {
        long distance = in.readGroups(SIZE_GROUP_BITS);
        if (distance == 0 || distance > LedgerCodec.MAX_OPEN || distance - 1 > in.remaining()) {
            throw new IllegalArgumentException("its bitmap claims to have " + distance + " bits");
        }
        long frontier = Math.addExact(first, distance);
        long[] offsets = new long[(int) distance + 1];
        offsets[0] = first;
        int count = 1;
        for (long offset = first + 1; offset < frontier; offset++) {
            if (in.read(1) == 1) {
                offsets[count++] = offset;
            }
        }
        offsets[count++] = frontier;
        return Arrays.copyOf(offsets, count);
    }

    private static int sizeBits(long size) {
        int length = Long.SIZE - Long.numberOfLeadingZeros(size);
        return groups(length, SIZE_GROUP_BITS) * (SIZE_GROUP_BITS + 1);
    }

    private static int groups(int length, int groupBits) {
        return Math.max(1, Math.ceilDiv(length, groupBits));
    }

    private static int[][] gapBits() {
        int[][] bits = new int[LISTS][Long.SIZE + 1];
        for (int list = 0; list < LISTS; list++) {
            for (int length = 0; length <= Long.SIZE; length++) {
                bits[list][length] = groups(length, GROUP_BITS[list]) * (GROUP_BITS[list] + 1);
            }
        }
        return bits;
    }
}
