package dev.millrace.producer.file;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads a batch file of any unambiguous form as JSON Lines in UTF-8, in constant memory:
 *
 * <ul>
 *   <li>gzip and zstd are decompressed, and UTF-16 and UTF-32 are decoded;
 *   <li>a JSON array, and objects that span lines or share one, are split: each object becomes a
 *       separate line, whose number is the number of the object;
 *   <li>all other content is passed on unchanged.
 * </ul>
 *
 * <p>The first 64 KiB of a file determine its form. Lines that are not JSON remain lines, which the
 * reader of each line reports.
 */
public final class JsonLines {
    /** Bytes of a file that decide about its form. */
    static final int START_BYTES = 64 * 1024;

    private static final int ENCODING_BYTES = 4;

    private JsonLines() {}

    /**
     * Returns the content of a file as JSON Lines. Closing it closes {@code in}.
     *
     * @param name name of the file in messages
     * @param in the file; the caller closes it if this method throws
     * @throws UnusableFileException if the file is no batch file. The returned stream also throws
     *     it if a compressed file is damaged
     */
    public static InputStream of(String name, InputStream in) throws IOException {
        BufferedInputStream text = text(name, in);
        return FileForm.of(peek(text, START_BYTES)).lines(name, text);
    }

    /**
     * Returns the content of a file of any format as text in UTF-8: decompressed and decoded.
     *
     * @see #of
     */
    public static BufferedInputStream text(String name, InputStream in) throws IOException {
        return decoded(decompressed(name, buffered(in)));
    }

    private static BufferedInputStream buffered(InputStream in) {
        return new BufferedInputStream(in, START_BYTES);
    }

    private static BufferedInputStream decompressed(String name, BufferedInputStream in)
            throws IOException {
        byte[] start = peek(in, ENCODING_BYTES);
        if (FileSignature.isGzip(start)) {
            return buffered(CompressedContent.gzip(name, in));
        }
        return FileSignature.isZstd(start) ? buffered(CompressedContent.zstd(name, in)) : in;
    }

    private static BufferedInputStream decoded(BufferedInputStream in) throws IOException {
        Optional<Charset> charset = UnicodeForm.of(peek(in, ENCODING_BYTES));
        return charset.isPresent() ? buffered(new Utf8Encoder(in, charset.get())) : in;
    }

    /**
     * Peeks at the next bytes. Returns fewer bytes if a pipe currently has a line and nothing more,
     * because a line must not wait for the next one.
     */
    private static byte[] peek(BufferedInputStream in, int max) throws IOException {
        in.mark(max);
        var bytes = new byte[max];
        int count = 0;
        int read = 0;
        while (read >= 0 && count < max && !(hasLine(bytes, count) && in.available() == 0)) {
            read = in.read(bytes, count, max - count);
            count += Math.max(read, 0);
        }
        in.reset();
        return Arrays.copyOf(bytes, count);
    }

    private static boolean hasLine(byte[] bytes, int count) {
        boolean hasText = false;
        for (int i = 0; i < count; i++) {
            if (bytes[i] == '\n' && hasText) {
                return true;
            }
            hasText |= !FileForm.isBlank(bytes[i]);
        }
        return false;
    }
}
