package dev.millrace.similarity.verification;

/** The result of comparing two answers. */
public enum AnswerVerdict {
    /** The answers have equal text, or close meanings and no difference known to matter. */
    SAME,
    /** They differ in a number, in yes and no, in a negation, or too much in their meaning. */
    DIFFERENT,
    /** One is empty, or longer than the embedding model reads. Such a hit is not counted. */
    UNDECIDED
}
