package dev.millrace.bench.economy;

import java.util.List;

/** What the customers ask. */
enum QuestionMix {
    /** Questions of all lengths, of which many are repeated word for word. */
    REPEATS,
    /** Short questions, of which many are asked again in other words. */
    PARAPHRASES;

    /** Returns the strategies that are compared; the others are compared with the first one. */
    List<Strategy> strategies() {
        return switch (this) {
            case REPEATS ->
                    List.of(Strategy.ALL_PREMIUM, Strategy.ROUTING, Strategy.ROUTING_AND_CACHE);
            case PARAPHRASES ->
                    List.of(
                            Strategy.ROUTING,
                            Strategy.ROUTING_AND_CACHE,
                            Strategy.ROUTING_AND_SIMILAR);
        };
    }

    /** Returns the text of a question. */
    String text(long number) {
        return switch (this) {
            case REPEATS -> Question.of(number).text();
            case PARAPHRASES -> CustomerQuestion.of(number).text();
        };
    }
}
