package dev.millrace.gateway.file;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Mints and checks ids. The time comes first, so that ascending ids are in the order of creation;
 * 80 random bits make them unique.
 */
public final class FileId {
    private static final String PREFIX = "file-";
    private static final int RANDOM_BYTES = 10;
    private static final Pattern FILE = Pattern.compile(PREFIX + "[0-9a-f]{32}");

    private FileId() {}

    static String mint(Instant now, RandomGenerator random) {
        return mint(PREFIX, now, random);
    }

    /** Returns a new id: the prefix and 32 hexadecimal digits. */
    public static String mint(String prefix, Instant now, RandomGenerator random) {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return prefix + time(now) + HexFormat.of().formatHex(bytes);
    }

    private static String time(Instant at) {
        return String.format(Locale.ROOT, "%012x", at.toEpochMilli());
    }

    /** Returns a text that is less than each id of a file created from a time on. */
    static String first(Instant from) {
        return PREFIX + time(from);
    }

    /** Returns true if the text has the form of an id of an uploaded file. */
    public static boolean isFile(String text) {
        return FILE.matcher(text).matches();
    }
}
