package dev.millrace.gateway.job;

import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Names;
import dev.millrace.contracts.job.ProviderHeader;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One call to run as a job.
 *
 * @param tenant tenant of the caller; overrides a tenant in the request
 * @param batch batch of the job
 * @param apiKey id of the caller's API key; empty without one
 * @param endpoint endpoint that the client called
 * @param body the body as a JSON object in UTF-8, optionally with the job's options in a {@code
 *     millrace} object; shared, must not be modified
 * @param headers headers for the provider
 * @param deadline time after which no attempt starts, unless the options have an earlier deadline
 * @param ids ids that the client chose for the request
 * @param answerWait how the client waits: whether tokens are forwarded, and what the job does while
 *     its model is unavailable; options take precedence
 */
public record JobCall(
        String tenant,
        String batch,
        Optional<String> apiKey,
        Endpoint endpoint,
        byte[] body,
        Map<ProviderHeader, String> headers,
        Instant deadline,
        ClientIds ids,
        AnswerWait answerWait) {
    /**
     * Ids that a client chose for its request.
     *
     * @param idempotencyKey key under which the client can repeat the request; empty for none
     * @param requestId id passed to the result and the provider; empty for none
     * @param traceparent trace context of the request, passed on unchanged; empty for none
     */
    public record ClientIds(
            Optional<String> idempotencyKey,
            Optional<String> requestId,
            Optional<String> traceparent) {}

    /** Creates a request without a request id. */
    public JobCall(
            String tenant,
            String batch,
            Optional<String> apiKey,
            Endpoint endpoint,
            byte[] body,
            Map<ProviderHeader, String> headers,
            Instant deadline,
            Optional<String> idempotencyKey,
            AnswerWait answerWait) {
        this(
                tenant,
                batch,
                apiKey,
                endpoint,
                body,
                headers,
                deadline,
                new ClientIds(idempotencyKey, Optional.empty(), Optional.empty()),
                answerWait);
    }

    public JobCall {
        headers = Map.copyOf(headers);
        if (!Names.isTenant(tenant) || !Names.isBatch(batch)) {
            throw new IllegalArgumentException("the names of tenant and batch must be valid");
        }
    }

    /** Returns the key under which the client may send the request again; empty for none. */
    public Optional<String> idempotencyKey() {
        return ids.idempotencyKey();
    }

    /** Returns a copy with another body. */
    public JobCall withBody(byte[] other) {
        return new JobCall(
                tenant, batch, apiKey, endpoint, other, headers, deadline, ids, answerWait);
    }

    /** Omits the body, which may contain personal data. */
    @Override
    public String toString() {
        return "JobCall[tenant=" + tenant + ", batch=" + batch + ", endpoint=" + endpoint + "]";
    }
}
