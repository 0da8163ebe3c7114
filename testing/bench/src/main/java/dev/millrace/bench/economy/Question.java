package dev.millrace.bench.economy;

import dev.millrace.bench.load.ShopWords;
import dev.millrace.contracts.policy.Complexity;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.StringJoiner;

/**
 * One question of a customer. It depends on its number only.
 *
 * <p>Of all questions, 40 % repeat an earlier one word for word. Of the others, 60 % are simple, 30
 * % are moderate and 10 % are complex by the rules of docs/classification.md.
 *
 * @param number of the question, from 0
 * @param text of the question
 * @param complexity of the text
 */
record Question(long number, String text, Complexity complexity) {
    /** The model that the shipped policy selects for complex questions. */
    static final String PREMIUM_MODEL = "gpt-4.1";

    /** The name that leaves the choice to the policy. */
    static final String ROUTED = "auto";

    /** Tokens of each answer. */
    static final int ANSWER_TOKENS = 800;

    /** Questions 2 and 4 of five are repeats. */
    private static final int CYCLE = 5;

    private static final int PARTS = 10;
    private static final int SIMPLE_PARTS = 6;
    private static final int MODERATE_PARTS = 3;

    /** Words of a text beside the random ones. */
    private static final int FIXED_WORDS = 2;

    /** Returns the question with a number. */
    static Question of(long number) {
        long first = isRepeat(number) ? repeated(number) : number;
        var random = new SplittableRandom(first);
        Complexity complexity = complexity(random.nextInt(PARTS));
        return new Question(number, text(first, words(complexity, random), random), complexity);
    }

    private static boolean isRepeat(long number) {
        return number % CYCLE == 2 || number % CYCLE == 4;
    }

    /** Returns the number of the earlier question that a question repeats. */
    private static long repeated(long number) {
        long earlier = new SplittableRandom(-number).nextLong(number);
        return isRepeat(earlier) ? earlier - 1 : earlier;
    }

    private static Complexity complexity(int part) {
        if (part < SIMPLE_PARTS) {
            return Complexity.SIMPLE;
        }
        return part < SIMPLE_PARTS + MODERATE_PARTS ? Complexity.MODERATE : Complexity.COMPLEX;
    }

    private static int words(Complexity complexity, SplittableRandom random) {
        return switch (complexity) {
            case SIMPLE -> random.nextInt(6, 15);
            case MODERATE -> random.nextInt(15, 50);
            case COMPLEX -> random.nextInt(50, 150);
        };
    }

    private static String text(long number, int words, SplittableRandom random) {
        var text = new StringJoiner(" ", "Ticket " + number + ": ", "?");
        for (int i = FIXED_WORDS; i < words; i++) {
            text.add(ShopWords.ALL.get(random.nextInt(ShopWords.ALL.size())));
        }
        return text.toString();
    }

    /** Returns a question as a line of a batch file, without a line terminator. */
    static String line(long number, String text, Strategy strategy) {
        return String.format(
                Locale.ROOT,
                """
                {"custom_id":"question-%d","method":"POST","url":"/v1/chat/completions",\
                "body":{"model":"%s","messages":[{"role":"system","content":"Answer the customer."},\
                {"role":"user","content":"%s"}],"max_tokens":%d},\
                "millrace":{"max_cost_usd":0.10%s}}""",
                number,
                strategy.model(),
                text,
                ANSWER_TOKENS,
                strategy.options());
    }
}
