package dev.millrace.standalone.batch;

import java.util.regex.Pattern;

/**
 * Creates batch names that the router accepts unchanged. If the router changed a name, the results
 * would belong to another batch, and the run would wait for them forever. Pure.
 */
public final class BatchNames {
    /** The router accepts 256 characters; the rest is room for suffixes. */
    private static final int MAX_CHARS = 220;

    private static final Pattern ILLEGAL_CHARS = Pattern.compile("[\\p{Cc}\\p{Cs}]");
    private static final Pattern GENERATION_SUFFIX = Pattern.compile("#[0-9]+$");

    private BatchNames() {}

    public static String ofFile(String fileName) {
        String name = shorten(ILLEGAL_CHARS.matcher(fileName).replaceAll("_"));
        if (name.isBlank()) {
            return "_";
        }
        return GENERATION_SUFFIX.matcher(name).find() ? name + "~" : name;
    }

    /** Returns the batch name of a generation of a file, numbered from 1. */
    public static String ofGeneration(String base, int generation) {
        return generation == 1 ? base : shorten(base) + "#" + generation;
    }

    /** Shortens a long name; a hash of the whole name keeps shortened names distinct. */
    private static String shorten(String name) {
        if (name.length() <= MAX_CHARS) {
            return name;
        }
        int end = Character.isHighSurrogate(name.charAt(MAX_CHARS - 1)) ? MAX_CHARS - 1 : MAX_CHARS;
        return name.substring(0, end) + "~" + Integer.toHexString(name.hashCode());
    }
}
