package dev.millrace.producer.file;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The decompressed content of a gzip file, of all its members. */
final class GzipContent extends FilterInputStream {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final String name;

    private GzipContent(String name, InputStream content) {
        super(content);
        this.name = name;
    }

    static GzipContent of(String name, BufferedInputStream in) throws IOException {
        try {
            return new GzipContent(name, new GZIPInputStream(new Members(in), BUFFER_BYTES));
        } catch (EOFException | ZipException e) {
            throw damaged(name);
        }
    }

    private static UnusableFileException damaged(String name) {
        return new UnusableFileException(
                name,
                "is a gzip file that is damaged or cut off; check it with gzip -t, and compress or"
                        + " copy it again");
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (EOFException | ZipException e) {
            throw damaged(name);
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            return super.read(buffer, offset, length);
        } catch (EOFException | ZipException e) {
            throw damaged(name);
        }
    }

    /**
     * Tells truly whether more bytes follow: after a member, {@code GZIPInputStream} takes 0
     * available bytes for the end of the file, and a socket has none available at any moment.
     */
    private static final class Members extends FilterInputStream {
        Members(BufferedInputStream in) {
            super(in);
        }

        @Override
        public int available() throws IOException {
            in.mark(1);
            boolean isAtEnd = in.read() < 0;
            in.reset();
            return isAtEnd ? 0 : 1;
        }
    }
}
