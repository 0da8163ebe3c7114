package dev.millrace.bench.retrieval;

/**
 * What is measured.
 *
 * @param passages passages of the large index
 * @param sample passages of 400 tokens, the default size, that are indexed beforehand; 0 for none
 * @param searches searches of each kind
 * @param threads most passages that are embedded at once
 * @param collections small collections that are opened at once; 0 for none
 */
record RetrievalPlan(int passages, int sample, int searches, int threads, int collections) {
    /** Most tokens of a passage of the large index, so that it is made in minutes. */
    private static final int SHORT_TOKENS = 64;

    private static final int DEFAULT_TOKENS = 400;

    PassagePlan large() {
        return new PassagePlan(passages, SHORT_TOKENS);
    }

    PassagePlan full() {
        return new PassagePlan(sample, DEFAULT_TOKENS);
    }
}
