package dev.millrace.contracts.gzip;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Decompresses gzip with any number of members (RFC 1952). The JDK's own stream calls itself for
 * each empty member, so that many of them overflow the stack. Throws {@link ZipException} or {@link
 * EOFException} for bytes that are not gzip. Used by one thread.
 */
public final class GzipInput extends InputStream {
    private static final int BUFFER_BYTES = 8 << 10;
    private static final int MAGIC_1 = 0x1F;
    private static final int MAGIC_2 = 0x8B;
    private static final int DEFLATE = 8;
    private static final int REST_OF_HEADER = 6;
    private static final int HAS_CHECKSUM = 2;
    private static final int HAS_EXTRA = 4;
    private static final int HAS_NAME = 8;
    private static final int HAS_COMMENT = 16;
    private static final int KNOWN_FLAGS = 0x1F;

    private final InputStream compressed;
    private final boolean ignoresRest;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int limit;
    private int members;
    private boolean isInMember;
    private boolean isAtEnd;
    private boolean hasRest;

    private GzipInput(InputStream compressed, boolean ignoresRest) {
        this.compressed = compressed;
        this.ignoresRest = ignoresRest;
    }

    /**
     * Creates a stream that closes the compressed stream with itself. After the last member,
     * accepts only zero bytes, which pad tapes and blocks.
     */
    public GzipInput(InputStream compressed) {
        this(compressed, false);
    }

    /**
     * Creates a stream that ends with its last member and ignores any following bytes or failure.
     * Leaves the compressed stream open, because closing it can read it to its end.
     */
    public static GzipInput ignoringRest(InputStream compressed) {
        return new GzipInput(compressed, true);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!isAtEnd && (isInMember || beginMember())) {
            int count = inflate(target, offset, length);
            if (count > 0) {
                checksum.update(target, offset, count);
                return count;
            }
            if (inflater.finished()) {
                at = limit - inflater.getRemaining();
                endMember();
            } else if (inflater.needsInput()) {
                at = limit;
                feed();
            } else {
                throw new ZipException("it needs a dictionary");
            }
        }
        isAtEnd = true;
        return -1;
    }

    /** Returns 1 before the end, because only decompressing shows whether there is another byte. */
    @Override
    public int available() {
        return isAtEnd ? 0 : 1;
    }

    private int inflate(byte[] target, int offset, int length) throws ZipException {
        try {
            return inflater.inflate(target, offset, length);
        } catch (DataFormatException e) {
            throw new ZipException(String.valueOf(e.getMessage()));
        }
    }

    /** Gives the next bytes to the inflater. */
    private void feed() throws IOException {
        if (at == limit && !fill()) {
            throw new EOFException("it ends early");
        }
        inflater.setInput(buffer, at, limit - at);
    }

    private boolean fill() throws IOException {
        at = 0;
        limit = Math.max(0, compressed.read(buffer, 0, buffer.length));
        return limit > 0;
    }

    /** Begins the next member; returns false at the end of the body. */
    private boolean beginMember() throws IOException {
        if (!hasNextMember()) {
            return false;
        }
        members++;
        isInMember = true;
        checksum.reset();
        inflater.reset();
        feed();
        return true;
    }

    private boolean hasNextMember() throws IOException {
        try {
            return readHeader();
        } catch (IOException e) {
            if (ignoresRest && members > 0) {
                hasRest = true;
                return false;
            }
            throw e;
        }
    }

    /** Reads the header of the next member; returns false at the end of the body. */
    private boolean readHeader() throws IOException {
        if (at == limit && !fill()) {
            if (members == 0) {
                throw new EOFException("it is empty");
            }
            return false;
        }
        int first = next();
        while (first == 0 && members > 0 && !ignoresRest) {
            if (at == limit && !fill()) {
                return false;
            }
            first = next();
        }
        if (first != MAGIC_1 || next() != MAGIC_2 || next() != DEFLATE) {
            throw new ZipException(
                    members == 0 ? "it does not begin as gzip does" : "other bytes follow its end");
        }
        skipHeader(next());
        return true;
    }

    private void skipHeader(int flags) throws IOException {
        if (flags > KNOWN_FLAGS) {
            throw new ZipException("its header has unknown flags");
        }
        skip(REST_OF_HEADER);
        if ((flags & HAS_EXTRA) != 0) {
            skip(next() | (next() << Byte.SIZE));
        }
        if ((flags & HAS_NAME) != 0) {
            skipText();
        }
        if ((flags & HAS_COMMENT) != 0) {
            skipText();
        }
        if ((flags & HAS_CHECKSUM) != 0) {
            skip(Short.BYTES);
        }
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            var unused = next();
        }
    }

    private void skipText() throws IOException {
        while (next() != 0) {
            // A name or comment ends with a zero.
        }
    }

    private void endMember() throws IOException {
        if (number() != (int) checksum.getValue() || number() != (int) inflater.getBytesWritten()) {
            throw new ZipException("its checksum is wrong");
        }
        isInMember = false;
    }

    /** Reads 32 bits, the lowest byte first. */
    private int number() throws IOException {
        int number = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            number |= next() << shift;
        }
        return number;
    }

    private int next() throws IOException {
        if (at == limit && !fill()) {
            throw new EOFException("it ends early");
        }
        return buffer[at++] & 0xFF;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        if (!hasRest) {
            compressed.close();
        }
    }
}
