package dev.millrace.producer.file;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import dev.millrace.contracts.gzip.GzipInput;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/** The decompressed content of a file, of all its gzip members or zstd frames. */
final class CompressedContent extends FilterInputStream {
    /**
     * Largest window of zstd, as a power of two: 8 MiB, which each decoder should support (RFC
     * 8878, section 3.1.1.1.2). It bounds the memory that a file can ask for.
     */
    private static final int MAX_ZSTD_WINDOW = 23;

    private final String name;
    private final String format;

    private CompressedContent(String name, String format, InputStream decompressed) {
        super(decompressed);
        this.name = name;
        this.format = format;
    }

    /**
     * @param name what messages call the file
     */
    static CompressedContent gzip(String name, InputStream compressed) {
        return new CompressedContent(name, "gzip", new GzipInput(compressed));
    }

    /**
     * @param name what messages call the file
     */
    static CompressedContent zstd(String name, InputStream compressed) throws IOException {
        return new CompressedContent(
                name, "zstd", new ZstdInputStream(compressed).setLongMax(MAX_ZSTD_WINDOW));
    }

    private UnusableFileException problem(IOException e) {
        boolean isWindowTooLarge =
                e instanceof ZstdIOException zstd
                        && zstd.getErrorCode() == Zstd.errFrameParameterWindowTooLarge();
        return new UnusableFileException(
                name,
                isWindowTooLarge
                        ? "is compressed with zstd and a window of more than 8 MiB; decompress it"
                                + " with zstd -d --long=31"
                        : "is a %s file that is damaged or cut off; check it with %s -t, and compress or copy it again"
                                .formatted(format, format));
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (EOFException | ZipException | ZstdIOException e) {
            throw problem(e);
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            return super.read(buffer, offset, length);
        } catch (EOFException | ZipException | ZstdIOException e) {
            throw problem(e);
        }
    }

    /** Returns 1, because only decompressing shows whether there is another byte. */
    @Override
    public int available() {
        return 1;
    }
}
