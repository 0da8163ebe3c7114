package dev.millrace.client.request;

import dev.millrace.contracts.job.Endpoint;

/** Builds a request of {@code /v1/completions}. */
public final class Completion extends RequestBuilder<Completion> {
    Completion(String model) {
        super(Endpoint.COMPLETIONS, model);
    }

    @Override
    Completion self() {
        return this;
    }

    /** Sets the text to complete. */
    public Completion prompt(String text) {
        return field("prompt", text);
    }

    /** Limits the output tokens. */
    public Completion maxTokens(int limit) {
        return field("max_tokens", limit);
    }

    /** Sets the temperature. */
    public Completion temperature(double temperature) {
        return field("temperature", temperature);
    }
}
