package dev.millrace.similarity.adversarial;

/** Two prompts: an answer to the first is stored when the second is asked. */
record PromptPair(String stored, String asked) {
    /** Returns the prompts with one of two words each in the place of {@code %s}. */
    static PromptPair of(String template, String stored, String asked) {
        return new PromptPair(template.formatted(stored), template.formatted(asked));
    }

    PromptPair swapped() {
        return new PromptPair(asked, stored);
    }
}
