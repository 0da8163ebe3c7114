package dev.millrace.bench.retrieval;

import java.util.List;

/**
 * The passages of a measurement. Each is a paragraph, of which a document has ten.
 *
 * @param passages number of passages, about
 * @param maxTokens most tokens of a passage
 */
record PassagePlan(int passages, int maxTokens) {
    private static final int PARAGRAPHS = 10;

    /** Most tokens of a sentence and a bit: its words, its full stop and a part number. */
    private static final int TOKENS_OF_A_SENTENCE = 15;

    /** Returns the number of documents. */
    int documents() {
        return Math.ceilDiv(passages, PARAGRAPHS);
    }

    /** Returns the number of paragraphs of a document; the last one may have fewer. */
    int paragraphs(int document) {
        return Math.min(PARAGRAPHS, passages - document * PARAGRAPHS);
    }

    /** Returns a number of sentences that fit into a passage and fill more than half of it. */
    int sentencesOfAParagraph() {
        return Math.max(1, maxTokens / TOKENS_OF_A_SENTENCE);
    }

    /** Returns the plan as arguments of a program. */
    List<String> arguments() {
        return List.of(Integer.toString(passages), Integer.toString(maxTokens));
    }

    /** Reads the plan from the first arguments of a program. */
    static PassagePlan of(String[] arguments) {
        return new PassagePlan(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
    }
}
