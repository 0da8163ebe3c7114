package dev.millrace.client.request;

import dev.millrace.contracts.job.Endpoint;
import java.util.List;

/** Builds a request of {@code /v1/embeddings}. */
public final class Embedding extends RequestBuilder<Embedding> {
    Embedding(String model) {
        super(Endpoint.EMBEDDINGS, model);
    }

    @Override
    Embedding self() {
        return this;
    }

    /** Sets the texts, each of which gets a vector. */
    public Embedding input(String... texts) {
        return field("input", List.of(texts));
    }

    /** Sets the length of the vectors. */
    public Embedding dimensions(int dimensions) {
        return field("dimensions", dimensions);
    }
}
