package dev.millrace.bench.load;

import dev.millrace.simulator.answer.AnswerGenerator;
import dev.millrace.simulator.answer.Operation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.StringJoiner;

/**
 * One job of the load. It depends on its number only, so that it can be generated again to compute
 * the expected answer.
 *
 * @param body the request body, except for the model's name
 */
record GeneratedJob(String customId, String body) {
    /** What a line has before its body, which is its last member. */
    static final String BODY = ",\"body\":";

    private static final Operation OPERATION = Operation.CHAT_COMPLETIONS;
    private static final int MIN_WORDS = 20;
    private static final int MAX_WORDS = 160;

    private static final List<String> MODELS =
            List.of(
                    ("auto deepseek-flash gpt-4.1 qwen-turbo auto gemini-2.5-flash claude-sonnet-4.5"
                                    + " gemini-3.1-pro")
                            .split(" "));

    /**
     * @param number 0 or more
     */
    static GeneratedJob of(long number) {
        var random = new SplittableRandom(number);
        int words = random.nextInt(MIN_WORDS, MAX_WORDS);
        var text = new StringJoiner(" ", "Ticket " + number + ": ", "");
        for (int i = 0; i < words; i++) {
            text.add(ShopWords.ALL.get(random.nextInt(ShopWords.ALL.size())));
        }
        String model = MODELS.get((int) (number % MODELS.size()));
        return new GeneratedJob(
                String.format(Locale.ROOT, "job-%08d", number),
                "{\"model\":\""
                        + model
                        + "\",\"messages\":[{\"role\":\"system\",\"content\":\"Answer the customer"
                        + " briefly.\"},{\"role\":\"user\",\"content\":\""
                        + text
                        + "\"}],\"max_tokens\":300}");
    }

    /** Returns the job as a line of a batch file, without a line terminator. */
    String line() {
        return "{\"custom_id\":\""
                + customId
                + "\",\"method\":\"POST\",\"url\":\""
                + OPERATION.path()
                + "\""
                + BODY
                + body
                + "}";
    }

    /** Returns the text of the simulated provider's answer. */
    String expectedText() {
        return AnswerGenerator.expected(OPERATION.path(), body.getBytes(StandardCharsets.UTF_8))
                .text();
    }
}
