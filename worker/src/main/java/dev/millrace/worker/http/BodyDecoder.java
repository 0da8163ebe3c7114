package dev.millrace.worker.http;

import dev.millrace.contracts.gzip.GzipInput;
import dev.millrace.wire.stream.AnswerBody;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * Decompresses the body of a response. Its first bytes decide, because servers set {@code
 * Content-Encoding} wrongly: to a charset, or on a body that is not compressed. Only deflate
 * without a header needs its name.
 */
final class BodyDecoder {
    /** The value of {@code Accept-Encoding}. */
    static final String ACCEPTED = "gzip, deflate";

    /**
     * Codings that were not offered and cannot be decompressed.
     *
     * @see <a href="https://www.iana.org/assignments/http-parameters">HTTP Content Coding Registry,
     *     2026-11-28</a>
     */
    private static final Set<String> UNSUPPORTED =
            Set.of(
                    "aes128gcm",
                    "br",
                    "compress",
                    "dcb",
                    "dcz",
                    "exi",
                    "pack200-gzip",
                    "x-compress",
                    "zstd");

    /** Codings that are decompressed. */
    private static final Set<String> SUPPORTED = Set.of("deflate", "gzip", "x-gzip");

    /** Maximum number of codings of one body, one within another. */
    private static final int MAX_CODINGS = 4;

    /** The first bytes of a body, enough to distinguish events from deflate. */
    private static final int START_BYTES = 6;

    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final int ZLIB_METHOD = 0x0F;
    private static final int ZLIB_DEFLATE = 8;
    private static final int ZLIB_CHECK = 31;

    private BodyDecoder() {}

    /**
     * Returns the decompressed body.
     *
     * @param encoding the {@code Content-Encoding}; empty for none
     * @throws ZipException if the body cannot be decompressed
     */
    static InputStream decode(InputStream body, String encoding) throws IOException {
        List<String> names =
                Arrays.stream(encoding.split(","))
                        .map(it -> it.strip().toLowerCase(Locale.ROOT))
                        .toList();
        int deflates = Collections.frequency(names, "deflate");
        InputStream decoded = body;
        for (int codings = 0; codings <= MAX_CODINGS; codings++) {
            byte[] start = decoded.readNBytes(START_BYTES);
            var whole = new SequenceInputStream(new ByteArrayInputStream(start), decoded);
            if (isGzip(start)) {
                decoded = GzipInput.ignoringRest(whole);
            } else if (isText(start)) {
                return whole;
            } else if (deflates > 0) {
                deflates--;
                decoded = inflated(whole, !isZlib(start));
            } else if (isUndecoded(names, codings)) {
                throw new ZipException("it is not what its name says");
            } else {
                return whole;
            }
        }
        throw new ZipException("it has too many codings");
    }

    /** Returns true if a coding is named that was not found in the body. */
    private static boolean isUndecoded(List<String> names, int codings) {
        return names.stream()
                .anyMatch(
                        it -> UNSUPPORTED.contains(it) || (codings == 0 && SUPPORTED.contains(it)));
    }

    private static boolean isGzip(byte[] start) {
        return start.length >= GZIP.length && Arrays.equals(start, 0, 2, GZIP, 0, 2);
    }

    /** Returns true for an empty body, JSON, and events. */
    private static boolean isText(byte[] start) {
        return AnswerBody.beginning(start, start.length) != AnswerBody.Beginning.OTHER;
    }

    private static boolean isZlib(byte[] start) {
        return start.length >= 2
                && (start[0] & ZLIB_METHOD) == ZLIB_DEFLATE
                && ((start[0] & 0xFF) << Byte.SIZE | (start[1] & 0xFF)) % ZLIB_CHECK == 0;
    }

    private static InputStream inflated(InputStream compressed, boolean isRaw) {
        return new InflaterInputStream(compressed, new Inflater(isRaw)) {
            @Override
            public void close() throws IOException {
                super.close();
                inf.end();
            }
        };
    }
}
