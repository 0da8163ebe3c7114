package dev.millrace.yaml.problem;

/**
 * Thrown by the constructor of a self-validating record when a value breaks the rule of its key.
 */
public final class Violation extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String expected;

    /**
     * @param key the last part of the key path, in snake case as in a file
     * @param expected the end of a sentence that begins with the key, such as {@code must be 1 or
     *     more, was 0}; never contains a secret
     */
    public Violation(String key, String expected) {
        super(key + " " + expected);
        this.key = key;
        this.expected = expected;
    }

    /** Returns the last part of the key path, as written in a file. */
    public String key() {
        return key;
    }

    /** Returns the expected form, such as {@code must be 1 or more, was 0}. */
    public String expected() {
        return expected;
    }

    /**
     * Throws a violation unless the condition holds.
     *
     * @throws Violation if the condition does not hold
     */
    public static void require(boolean condition, String key, String expected) {
        if (!condition) {
            throw new Violation(key, expected);
        }
    }
}
