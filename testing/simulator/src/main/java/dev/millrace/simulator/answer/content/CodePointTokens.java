package dev.millrace.simulator.answer.content;

/** Counts tokens: four code points each, rounded up. */
public final class CodePointTokens {
    public static final int CHARACTERS_PER_TOKEN = 4;

    private CodePointTokens() {}

    public static int of(String text) {
        return ofCharacters(text.codePointCount(0, text.length()));
    }

    /** Counts the tokens of a number of code points; at most {@link Integer#MAX_VALUE}. */
    public static int ofCharacters(long characters) {
        return (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(characters, CHARACTERS_PER_TOKEN));
    }
}
