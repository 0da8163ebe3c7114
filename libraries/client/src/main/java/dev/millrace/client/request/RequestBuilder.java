package dev.millrace.client.request;

import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.json.JsonFields;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds a request. A later value of a field replaces an earlier one.
 *
 * @param <B> the builder of one endpoint
 */
public abstract sealed class RequestBuilder<B extends RequestBuilder<B>>
        permits ChatCompletion, Completion, Embedding, Message, Response {
    private static final JsonMapper JSON = new JsonMapper();

    private final Endpoint endpoint;
    private final ObjectNode body = JsonFields.object();
    private final ObjectNode options = JsonFields.object();
    private String customId = "";

    RequestBuilder(Endpoint endpoint, String model) {
        this.endpoint = endpoint;
        body.put("model", model);
    }

    abstract B self();

    /**
     * Sets any field of the body.
     *
     * @param value a string, number, boolean, list, map, or any other value that Jackson writes
     */
    public B field(String name, Object value) {
        body.set(name, JSON.valueToTree(value));
        return self();
    }

    /**
     * Sets any option of the {@code millrace} object, such as {@code on_unavailable}.
     *
     * @param value a string, number, boolean, list, map, or any other value that Jackson writes
     */
    public B option(String name, Object value) {
        options.set(name, JSON.valueToTree(value));
        return self();
    }

    /**
     * Names the request within its batch. A batch has each custom_id once within 24 hours; a
     * request without one gets a random custom_id.
     *
     * @param newCustomId 1 to 512 characters
     */
    public B customId(String newCustomId) {
        customId = newCustomId;
        return self();
    }

    /** Sets the tenant, unless the request topic is bound to one. */
    public B tenant(String tenant) {
        return option("tenant", tenant);
    }

    /** Sets the batch, which is {@code default} otherwise. */
    public B batch(String batch) {
        return option("batch", batch);
    }

    /** Sets the urgency. */
    public B priority(Priority priority) {
        return option("priority", priority.word());
    }

    /** Sets the time after which no attempt starts. */
    public B deadline(Instant deadline) {
        return option("deadline", deadline.toString());
    }

    /** Sets how the answer cache is used. */
    public B cache(CacheMode cache) {
        return option("cache", cache.word());
    }

    /** Sets how the calls are bought. */
    public B buy(Buy buy) {
        return option("buy", buy.word());
    }

    /** Sets the maximum cost in US dollars. */
    public B maxCostUsd(BigDecimal limit) {
        return option("max_cost_usd", limit);
    }

    /** Sets the models to try if the first one fails; none for no fallback. */
    public B fallback(String... models) {
        return option("fallback", List.of(models));
    }

    /** Adds a value that the result repeats. */
    public B metadata(String key, Object value) {
        options.withObjectProperty("metadata").set(key, JSON.valueToTree(value));
        return self();
    }

    /** Returns the array of a field of the body, which is added if it is missing. */
    ArrayNode array(String name) {
        return body.withArrayProperty(name);
    }

    /**
     * Returns the request.
     *
     * @throws IllegalArgumentException with every problem of an invalid request
     */
    public Request build() {
        ObjectNode line = JsonFields.object();
        line.put("custom_id", customId.isEmpty() ? UUID.randomUUID().toString() : customId);
        line.put("method", "POST");
        line.put("url", endpoint.url());
        line.set("body", body);
        if (!options.isEmpty()) {
            line.set("millrace", options);
        }
        return Request.ofLine(JsonFields.bytes(line));
    }
}
