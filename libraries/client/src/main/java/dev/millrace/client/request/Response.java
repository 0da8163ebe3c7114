package dev.millrace.client.request;

import dev.millrace.contracts.job.Endpoint;

/** Builds a request of {@code /v1/responses}. */
public final class Response extends RequestBuilder<Response> {
    Response(String model) {
        super(Endpoint.RESPONSES, model);
    }

    @Override
    Response self() {
        return this;
    }

    /** Sets the instructions. */
    public Response instructions(String text) {
        return field("instructions", text);
    }

    /** Sets the input as a text. For a list of items, set the field {@code input}. */
    public Response input(String text) {
        return field("input", text);
    }

    /** Limits the output tokens. */
    public Response maxTokens(int limit) {
        return field("max_output_tokens", limit);
    }

    /** Sets the temperature. */
    public Response temperature(double temperature) {
        return field("temperature", temperature);
    }
}
