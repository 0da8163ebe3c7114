package dev.millrace.gateway.http;

import com.github.luben.zstd.ZstdInputStream;
import dev.millrace.contracts.gzip.GzipInput;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The content codings of requests that the gateway decodes (RFC 9110, section 8.4.1). */
public enum ContentCoding {
    GZIP,
    DEFLATE,
    ZSTD;

    /**
     * Largest window of zstd, as a power of two: 8 MiB, which RFC 9659 sets as the limit of this
     * content coding.
     */
    private static final int MAX_ZSTD_WINDOW = 23;

    private static final String NO_CODING = "identity";

    /** A quality above 0, with at most three decimals. */
    private static final Pattern QUALITY = Pattern.compile("q=(1(\\.0{0,3})?|0\\.(?!0*$)\\d{1,3})");

    /** Returns the codings as a value of {@code Accept-Encoding}. */
    public static String accepted() {
        return Arrays.stream(values())
                .map(ContentCoding::toString)
                .collect(Collectors.joining(", "));
    }

    /**
     * Returns the codings that a header names, without {@code identity}, in lower case.
     *
     * @param values values of {@code Content-Encoding}, each perhaps a list
     */
    public static List<String> named(List<String> values) {
        return values.stream()
                .flatMap(it -> Arrays.stream(it.split(",", -1)))
                .map(it -> it.strip().toLowerCase(Locale.ROOT))
                .filter(it -> !it.isEmpty() && !it.equals(NO_CODING))
                .toList();
    }

    /** Returns the coding with a lower-case name; empty if the gateway cannot decode it. */
    public static Optional<ContentCoding> of(String name) {
        return switch (name) {
            case "gzip", "x-gzip" -> Optional.of(GZIP);
            case "deflate" -> Optional.of(DEFLATE);
            case "zstd" -> Optional.of(ZSTD);
            default -> Optional.empty();
        };
    }

    /**
     * Returns true if a client accepts answers in this coding: its name is in the list, without a
     * quality or with one above 0.
     *
     * @param accepted value of {@code Accept-Encoding} (RFC 9110, section 12.5.3)
     */
    public boolean isAccepted(String accepted) {
        return Arrays.stream(accepted.toLowerCase(Locale.ROOT).replace(" ", "").split(",", -1))
                .map(it -> it.split(";", 2))
                .filter(it -> it[0].equals(toString()))
                .anyMatch(it -> it.length == 1 || QUALITY.matcher(it[1]).matches());
    }

    /** Opens the decompressed content of a stream. */
    InputStream open(InputStream compressed) throws IOException {
        return switch (this) {
            case GZIP -> new GzipInput(compressed);
            case DEFLATE -> new DeflateInput(compressed);
            case ZSTD -> new ZstdInputStream(compressed).setLongMax(MAX_ZSTD_WINDOW);
        };
    }

    /** Returns the largest window outside the heap in bytes; 0 without one. */
    long maxWindowBytes() {
        return switch (this) {
            case GZIP, DEFLATE -> 0;
            case ZSTD -> 1L << MAX_ZSTD_WINDOW;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
