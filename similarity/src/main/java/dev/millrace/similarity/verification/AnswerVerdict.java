package dev.millrace.similarity.verification;

/** Whether two answers say the same. */
public enum AnswerVerdict {
    /** They have the same text, or a close meaning and no difference that is known to matter. */
    SAME,
    /** They differ in a number, in yes and no, in a negation, or too much in their meaning. */
    DIFFERENT,
    /** One is empty, or longer than the embedding model reads. Such a hit is not counted. */
    UNDECIDED
}
