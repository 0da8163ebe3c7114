package dev.millrace.standalone.forecast;

/** The kind of limit on a job's output tokens. */
public enum OutputBound {
    /** The body of the request. */
    MAX_TOKENS("max_tokens", "max_tokens"),
    /** The limit of the catalog that is added to a body without one. */
    DEFAULT_MAX_TOKENS("default_max_tokens", "default_max_tokens"),
    /** The most that the model can answer. */
    LARGEST_OUTPUT("largest_output", "the model's largest output"),
    /** Nothing that is known. */
    NONE("no_limit", "no limit");

    private final String key;
    private final String words;

    OutputBound(String key, String words) {
        this.key = key;
        this.words = words;
    }

    /** Returns the name of the bound in JSON. */
    public String key() {
        return key;
    }

    /** Returns the human-readable name of the bound. */
    public String words() {
        return words;
    }
}
