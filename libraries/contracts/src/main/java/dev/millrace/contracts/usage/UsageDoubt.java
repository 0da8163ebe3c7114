package dev.millrace.contracts.usage;

import java.util.Locale;

/** Reasons to doubt the counts of an answer. */
public enum UsageDoubt {
    /** A count is a text or a value that is no number; it counts as missing. */
    NOT_A_NUMBER("a count is not a number"),

    /** A count is a fraction; it is rounded up. */
    FRACTION("a count is a fraction"),

    /** A count is below 0; it counts as missing. */
    NEGATIVE("a count is negative"),

    /** A count is larger than any call can cause; it counts as missing. */
    IMPLAUSIBLE("a count is larger than any request can cause"),

    /** A call without input tokens is impossible. */
    NO_INPUT("no input tokens are reported"),

    /** An answer that has content has output tokens. */
    NO_OUTPUT("no output tokens are reported for an answer with content"),

    /** Two names of one count have different values; the larger one counts. */
    NAMES("two names of one count have different values"),

    /** There are more tokens of the cache than input tokens; both are billed. */
    CACHE("the tokens of the cache exceed the input, and no total explains it"),

    /**
     * The tokens written to the cache differ from their sum by duration; the rest is billed at the
     * rate of an hour.
     */
    CACHE_WRITES("the tokens written to the cache differ from their sum by duration"),

    /** The total is smaller than input and output; both are billed. */
    TOTAL("the total is smaller than input and output"),

    /** The total exceeds input and output; the rest is billed, as output if there can be any. */
    HIDDEN("only the total shows a part of the tokens");

    private final String text;

    UsageDoubt(String text) {
        this.text = text;
    }

    /** Returns the doubt in words. */
    public String text() {
        return text;
    }

    /** Returns the doubt as the value of a label. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns true if a value itself is unusable, rather than contradicted by another one. */
    public boolean isOfOneValue() {
        return switch (this) {
            case NOT_A_NUMBER, FRACTION, NEGATIVE, IMPLAUSIBLE -> true;
            case NO_INPUT, NO_OUTPUT, NAMES, CACHE, CACHE_WRITES, TOTAL, HIDDEN -> false;
        };
    }
}
