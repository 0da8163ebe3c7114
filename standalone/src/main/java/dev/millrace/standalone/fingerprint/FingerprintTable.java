package dev.millrace.standalone.fingerprint;

import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.OptionalInt;

/**
 * Hash table from 64-bit fingerprints to 32-bit values. Entries are in a memory-mapped temporary
 * file, so that ten million entries need no heap: the operating system writes pages to disk when
 * memory is short. Among a million ids, the probability that two ids share a fingerprint is 3 in
 * 100,000,000.
 *
 * <p>Uses open addressing with linear probing, and is at most half full. Used by one thread.
 */
public final class FingerprintTable implements AutoCloseable {
    private static final int ENTRY_BYTES = 16;
    private static final int VALUE_OFFSET = 8;
    private static final long MIN_CAPACITY = 1L << 12;
    private static final int HEX_DIGITS = 16;

    /** Bit that marks an occupied entry, in the entry's second half. */
    private static final long OCCUPIED = 1L << 32;

    /** Bytes that one write adds to the file. */
    private static final int WRITE_BYTES = 64 * 1024;

    private final Path folder;
    private final String option;
    private Arena arena = Arena.ofConfined();
    private MemorySegment entries;
    private long capacity = MIN_CAPACITY;
    private long size;

    /**
     * Creates an empty table in the folder for temporary files.
     *
     * @throws UserError if the folder is full or not writable
     */
    public static FingerprintTable temporary() {
        return new FingerprintTable(
                Path.of(System.getProperty("java.io.tmpdir")),
                "MILLRACE_JAVA_OPTS=-Djava.io.tmpdir=DIR");
    }

    /**
     * Creates an empty table with its file in the given folder.
     *
     * @param option lets the user choose another folder
     * @throws UserError if the folder is full or not writable
     */
    public FingerprintTable(Path folder, String option) {
        this.folder = folder;
        this.option = option;
        entries = map(arena, capacity);
    }

    /**
     * Returns the fingerprint of an id with evenly distributed digits.
     *
     * @param hexadecimal at least 16 digits; the first 16 are used
     */
    public static long fingerprint(String hexadecimal) {
        return HexFormat.fromHexDigitsToLong(hexadecimal, 0, HEX_DIGITS);
    }

    /**
     * Adds an entry unless the fingerprint has one; returns the value of the existing entry.
     *
     * @throws UserError if the table must grow and its folder is full
     */
    public OptionalInt putIfAbsent(long fingerprint, int value) {
        long slot = slotOf(entries, capacity, fingerprint);
        long earlier = valueAt(entries, slot);
        if (earlier != 0) {
            return OptionalInt.of((int) earlier);
        }
        write(entries, slot, fingerprint, OCCUPIED | Integer.toUnsignedLong(value));
        size++;
        if (2 * size > capacity) {
            grow();
        }
        return OptionalInt.empty();
    }

    /** Returns true if the fingerprint has an entry. */
    public boolean contains(long fingerprint) {
        return valueAt(entries, slotOf(entries, capacity, fingerprint)) != 0;
    }

    private void grow() {
        Arena larger = Arena.ofConfined();
        MemorySegment target = map(larger, 2 * capacity);
        for (long slot = 0; slot < capacity; slot++) {
            long value = valueAt(entries, slot);
            if (value != 0) {
                long fingerprint = fingerprintAt(entries, slot);
                write(target, slotOf(target, 2 * capacity, fingerprint), fingerprint, value);
            }
        }
        arena.close();
        arena = larger;
        entries = target;
        capacity *= 2;
    }

    /** Returns the slot of the fingerprint, or the free slot for it. */
    private static long slotOf(MemorySegment in, long capacity, long fingerprint) {
        long slot = fingerprint & (capacity - 1);
        while (valueAt(in, slot) != 0 && fingerprintAt(in, slot) != fingerprint) {
            slot = (slot + 1) & (capacity - 1);
        }
        return slot;
    }

    private static long fingerprintAt(MemorySegment in, long slot) {
        return in.get(ValueLayout.JAVA_LONG, slot * ENTRY_BYTES);
    }

    private static long valueAt(MemorySegment in, long slot) {
        return in.get(ValueLayout.JAVA_LONG, slot * ENTRY_BYTES + VALUE_OFFSET);
    }

    private static void write(MemorySegment to, long slot, long fingerprint, long value) {
        to.set(ValueLayout.JAVA_LONG, slot * ENTRY_BYTES, fingerprint);
        to.set(ValueLayout.JAVA_LONG, slot * ENTRY_BYTES + VALUE_OFFSET, value);
    }

    /** Maps a file of zeros, and deletes its name before returning. */
    private MemorySegment map(Arena arena, long capacity) {
        try {
            Path file = Files.createTempFile(folder, "millrace-", ".fingerprints");
            try (FileChannel channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE)) {
                allocate(channel, capacity * ENTRY_BYTES);
                return channel.map(MapMode.READ_WRITE, 0, capacity * ENTRY_BYTES, arena);
            }
        } catch (IOException e) {
            throw UserError.failure(
                    "Job ids cannot be stored in a temporary file in %s: %s. Free some space, or choose another folder with %s"
                            .formatted(folder, e.getMessage(), option));
        }
    }

    /**
     * Fills the file with zeros. On a full disk the write fails; without allocation, access to a
     * mapped page would crash the process.
     */
    private static void allocate(FileChannel channel, long bytes) throws IOException {
        var zeros = ByteBuffer.allocate(WRITE_BYTES);
        for (long left = bytes; left > 0; ) {
            zeros.limit((int) Math.min(left, WRITE_BYTES)).position(0);
            left -= channel.write(zeros);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
