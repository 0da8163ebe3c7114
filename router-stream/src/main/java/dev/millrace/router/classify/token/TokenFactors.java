package dev.millrace.router.classify.token;

/**
 * Thousandths of a token per character, in the order of {@link CharacterClass}. The factors of the
 * two OpenAI families were fitted to their tokenizers on the Universal Declaration of Human Rights
 * in 34 languages, and on code and prose.
 */
final class TokenFactors {
    private static final TokenFactors O200K =
            new TokenFactors(225, 800, 1_600, 310, 385, 780, 800, 740, 370, 80, 680, 1_000);

    private static final TokenFactors CL100K =
            new TokenFactors(235, 800, 2_600, 575, 960, 1_080, 1_050, 1_330, 1_070, 80, 660, 1_600);

    private static final TokenFactors CLAUDE =
            new TokenFactors(
                    258, 880, 2_860, 632, 1_056, 1_188, 1_155, 1_463, 1_177, 88, 726, 1_760);

    private static final TokenFactors CLAUDE_NEWEST =
            new TokenFactors(
                    341, 1_160, 3_770, 834, 1_392, 1_566, 1_522, 1_928, 1_552, 116, 957, 2_320);

    private static final TokenFactors GEMINI =
            new TokenFactors(250, 1_000, 1_600, 310, 385, 780, 800, 740, 370, 250, 250, 1_000);

    private static final TokenFactors DEEPSEEK =
            new TokenFactors(300, 300, 2_600, 575, 960, 600, 900, 1_330, 1_070, 300, 300, 1_600);

    private static final TokenFactors QWEN =
            new TokenFactors(235, 1_000, 2_600, 575, 960, 620, 900, 1_330, 1_070, 80, 660, 1_600);

    private static final TokenFactors OTHER =
            new TokenFactors(
                    258, 1_000, 2_860, 632, 1_056, 1_188, 1_155, 1_463, 1_177, 88, 726, 1_760);

    private final int[] thousandths;

    private TokenFactors(int... thousandths) {
        this.thousandths = thousandths;
    }

    static TokenFactors of(TokenFamily family) {
        return switch (family) {
            case O200K -> O200K;
            case CL100K -> CL100K;
            case CLAUDE -> CLAUDE;
            case CLAUDE_NEWEST -> CLAUDE_NEWEST;
            case GEMINI -> GEMINI;
            case DEEPSEEK -> DEEPSEEK;
            case QWEN -> QWEN;
            case OTHER -> OTHER;
        };
    }

    /** Returns the tokens of texts with the given character counts. */
    long tokens(CharacterCounts counts) {
        return counts.tokens(thousandths);
    }
}
