package dev.millrace.retrieval.embedding;

/** A text got no embedding, and will get none by another attempt. */
public final class EmbeddingException extends RuntimeException {
    private final String code;

    /**
     * @param code code of the error
     * @param message for the user
     */
    public EmbeddingException(String code, String message) {
        super(message);
        this.code = code;
    }

    /** Returns the code of the error. */
    public String code() {
        return code;
    }
}
