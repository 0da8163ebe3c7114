package dev.millrace.contracts.policy;

/** The kind of work that a job requests. */
public enum TaskType {
    /** Conversation, and everything that fits no other type. */
    CHAT,
    /** Writing, fixing or explaining programs. */
    CODE,
    /** Extracting facts from a text, usually into a structured form. */
    EXTRACTION,
    /** Shortening a text. */
    SUMMARIZATION,
    /** Translating a text into another language. */
    TRANSLATION,
    /** Choosing one of several labels for a text. */
    CLASSIFICATION,
    /** Calculations, equations and proofs. */
    MATH,
    /** Computing vectors instead of an answer. */
    EMBEDDING
}
