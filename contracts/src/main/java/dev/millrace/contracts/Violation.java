package dev.millrace.contracts;

/**
 * A value that breaks the rule of its key; thrown by the constructors of records that validate
 * themselves.
 */
public final class Violation extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String expected;

    /**
     * @param key the key as it is written in a file, in snake case, without the path to it
     * @param expected what was expected, as the rest of a sentence that begins with the key; never
     *     a secret
     */
    public Violation(String key, String expected) {
        super(key + " " + expected);
        this.key = key;
        this.expected = expected;
    }

    /** The key as it is written in a file, without the path to it. */
    public String key() {
        return key;
    }

    /** What was expected of it, such as {@code must be 1 or more, was 0}. */
    public String expected() {
        return expected;
    }

    /**
     * Throws a violation unless the condition holds.
     *
     * @throws Violation if it does not
     */
    public static void require(boolean condition, String key, String expected) {
        if (!condition) {
            throw new Violation(key, expected);
        }
    }
}
