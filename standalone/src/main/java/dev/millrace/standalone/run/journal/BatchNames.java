package dev.millrace.standalone.run.journal;

import java.util.regex.Pattern;

/**
 * Names of batches that the router takes as they are; one that it did not take would make the
 * results those of another batch, and they would be waited for without end. Pure.
 */
public final class BatchNames {
    /** Below the 256 of a batch by the room for what is put behind it. */
    private static final int MAX_CHARS = 220;

    private static final Pattern UNUSABLE = Pattern.compile("[\\p{Cc}\\p{Cs}]");
    private static final Pattern LIKE_A_GENERATION = Pattern.compile(".*#[0-9]+");

    private BatchNames() {}

    /** The name for the batch of a file. */
    public static String ofFile(String fileName) {
        String name = cut(UNUSABLE.matcher(fileName).replaceAll("_"));
        if (name.isBlank()) {
            return "_";
        }
        return LIKE_A_GENERATION.matcher(name).matches() ? name + "~" : name;
    }

    /** The name for what the n-th run that submits something of a file submits. */
    static String ofGeneration(String base, int generation) {
        return generation == 1 ? base : cut(base) + "#" + generation;
    }

    /** What is cut off still tells two names apart. */
    private static String cut(String name) {
        if (name.length() <= MAX_CHARS) {
            return name;
        }
        int end = Character.isHighSurrogate(name.charAt(MAX_CHARS - 1)) ? MAX_CHARS - 1 : MAX_CHARS;
        return name.substring(0, end) + "~" + Integer.toHexString(name.hashCode());
    }
}
