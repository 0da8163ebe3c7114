package dev.millrace.contracts.policy;

/** What kind of work a job asks for. */
public enum TaskType {
    /** Conversation, and whatever is none of the others. */
    CHAT,
    /** Writing, mending or explaining programs. */
    CODE,
    /** Taking facts out of a given text, usually into a form. */
    EXTRACTION,
    /** Making a given text shorter. */
    SUMMARIZATION,
    /** Putting a given text into another language. */
    TRANSLATION,
    /** Choosing one of several labels for a given text. */
    CLASSIFICATION,
    /** Calculations, equations and proofs. */
    MATH,
    /** Vectors rather than an answer. */
    EMBEDDING
}
