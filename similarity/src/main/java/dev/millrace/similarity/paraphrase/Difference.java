package dev.millrace.similarity.paraphrase;

/** Why two texts may have different answers. */
public enum Difference {
    /** Another number, or the same numbers in another order. */
    NUMBERS,
    /** Another sign of a currency, a percentage, a comparison or the like. */
    SYMBOLS,
    /** One denies what the other does not. */
    NEGATION,
    /** Another name, or a word that is written like a name in one of them only. */
    NAMES,
    /** Another kind of question, such as how many and how much. */
    QUESTION,
    /** Who does it, whether it may, must or will be done, or was done. */
    MANNER,
    /** Another small preposition before the same word, such as for two weeks and in two weeks. */
    PREPOSITION,
    /** Words that one has and the other has not, or more of them than are permitted. */
    WORDS,
    /** The same words in another order. */
    ORDER
}
