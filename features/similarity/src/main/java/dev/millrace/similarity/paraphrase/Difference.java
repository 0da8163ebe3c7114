package dev.millrace.similarity.paraphrase;

/** Reasons why two texts can have different answers. */
public enum Difference {
    /** Other numbers, or equal numbers in another order. */
    NUMBERS,
    /** Another sign of a currency, a percentage, a comparison or the like. */
    SYMBOLS,
    /** Different numbers of negations. */
    NEGATION,
    /** Another name, or a word that is written like a name in one of them only. */
    NAMES,
    /** Another kind of question, such as how many and how much. */
    QUESTION,
    /** Who does it, or whether it can, must or will be done, or was done. */
    MANNER,
    /** Different small prepositions before one word, such as "for two weeks" and "in two weeks". */
    PREPOSITION,
    /** More words that occur in only one text than are permitted. */
    WORDS,
    /** Equal words in another order. */
    ORDER
}
