package dev.millrace.gateway.submission;

import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.json.JsonFields;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An accepted batch: a value of the topic of submissions. It has everything that any instance needs
 * to publish the lines of its file.
 *
 * @param id id of the batch, which is also the batch of its jobs
 * @param input the uploaded file
 * @param endpoint URL that each line must have
 * @param window the completion window as the client wrote it
 * @param metadata the client's own keys and values
 * @param expiresAt time after which no attempt of a job starts
 * @param spending what the batch may cost, and how its calls are bought
 * @param retryOf batch whose failed lines are published again; empty to publish all lines
 * @param submittedBy name of the caller
 * @param apiKey id of the caller's API key, whose budget also pays for the batch; empty without a
 *     key
 */
public record Submission(
        String id,
        String tenant,
        InputFile input,
        Endpoint endpoint,
        String window,
        Map<String, String> metadata,
        Instant createdAt,
        Instant expiresAt,
        Spending spending,
        Optional<String> retryOf,
        String submittedBy,
        Optional<String> apiKey) {
    public Submission {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * An uploaded file.
     *
     * @param name name that the client gave; only shown, never a path; empty if unknown
     */
    public record InputFile(String id, Optional<String> name) {}

    /**
     * What a batch may cost.
     *
     * @param maxUsd limit of the cost of the batch; empty for none
     * @param buy how the calls of lines are bought that do not say how; empty if not given
     */
    public record Spending(Optional<BigDecimal> maxUsd, Optional<Buy> buy) {
        /** No limit; each line says how it is bought. */
        public static final Spending NONE = new Spending(Optional.empty(), Optional.empty());
    }

    /** Returns the limit of the cost of the batch; empty for none. */
    public Optional<BigDecimal> maxCostUsd() {
        return spending.maxUsd;
    }

    /** Returns the id of the uploaded file. */
    public String inputFile() {
        return input.id;
    }

    /** Returns the value of the record. */
    public byte[] toJson() {
        var json = JsonFields.object();
        json.put("id", id);
        json.put("tenant", tenant);
        json.put("input_file_id", input.id);
        input.name.ifPresent(it -> json.put("input_file_name", it));
        json.put("endpoint", endpoint.url());
        json.put("completion_window", window);
        var pairs = json.putObject("metadata");
        metadata.forEach(pairs::put);
        json.put("created_at", createdAt.toString());
        json.put("expires_at", expiresAt.toString());
        maxCostUsd().ifPresent(it -> json.put("max_cost_usd", it));
        spending.buy.ifPresent(it -> json.put("buy", it.word()));
        retryOf.ifPresent(it -> json.put("retry_of", it));
        json.put("submitted_by", submittedBy);
        apiKey.ifPresent(it -> json.put("api_key", it));
        return JsonFields.bytes(json);
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException if the value is not a submission
     */
    public static Submission read(byte[] value) {
        var json = JsonFields.read(value, "a submission");
        var metadata = new LinkedHashMap<String, String>();
        json.node()
                .path("metadata")
                .properties()
                .forEach(it -> metadata.put(it.getKey(), it.getValue().asString("")));
        String endpoint = json.text("endpoint");
        return new Submission(
                json.text("id"),
                json.text("tenant"),
                new InputFile(json.text("input_file_id"), json.optionalText("input_file_name")),
                Endpoints.known()
                        .of(endpoint)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "a submission must have an endpoint, was "
                                                        + endpoint)),
                json.text("completion_window"),
                metadata,
                json.time("created_at"),
                json.time("expires_at"),
                new Spending(
                        json.optionalDecimal("max_cost_usd").map(Usd::normalised),
                        json.optionalText("buy").flatMap(Buy::of)),
                json.optionalText("retry_of"),
                json.text("submitted_by"),
                json.optionalText("api_key"));
    }
}
