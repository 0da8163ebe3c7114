package dev.millrace.contracts.usage;

/** The meaning of a reported count. */
public enum CountMeaning {
    /**
     * Input tokens. Whether they include the tokens of a cache depends on the API and on the other
     * counts; see {@link UsageRules}.
     */
    INPUT("input; with or without the tokens of a cache, see the rules"),

    /** Input tokens that were neither read from nor written to a cache. */
    PLAIN_INPUT("input that was neither read from nor written to a cache"),

    /** Input tokens that {@link #INPUT} never includes. */
    INPUT_BESIDE("input beside the prompt, such as results of tools"),

    /** Input tokens read from a cache. */
    CACHED("input read from a cache"),

    /** All input tokens written to a cache. */
    WRITTEN("input written to a cache, for minutes and for an hour"),

    /** Input tokens written to a cache that keeps them for minutes. */
    WRITTEN_MINUTES("input written to a cache for minutes"),

    /** Input tokens written to a cache that keeps them for an hour. */
    WRITTEN_HOUR("input written to a cache for an hour"),

    /** Output tokens. Whether they include reasoning depends on the other counts. */
    OUTPUT("output; with or without reasoning, see the rules"),

    /** Reasoning tokens, which {@link #OUTPUT} can include. */
    REASONING("reasoning within the output, unless it is more than the output"),

    /** Reasoning tokens that {@link #OUTPUT} never includes. */
    REASONING_BESIDE("reasoning beside the output"),

    /** All tokens. */
    TOTAL("all tokens; decides what input and output include"),

    /** Number of requests whose counts were added up. */
    REQUESTS("requests in a sum");

    private final String text;

    CountMeaning(String text) {
        this.text = text;
    }

    /** Returns the meaning in words, for documentation. */
    public String text() {
        return text;
    }
}
