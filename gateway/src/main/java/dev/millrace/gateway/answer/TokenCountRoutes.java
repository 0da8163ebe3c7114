package dev.millrace.gateway.answer;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.json.JsonFields;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.http.LongTasks;
import dev.millrace.gateway.job.JobCall;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.job.JobRefusal;
import dev.millrace.gateway.tenant.TenantSlots;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongBiFunction;

/**
 * The route that counts the input tokens of a message, as Anthropic's API does. The count is an
 * estimate: no provider is called and no job is made. Counts as a request without tokens against
 * the limits of the caller.
 */
public final class TokenCountRoutes {
    static final int MAX = 4;
    static final int MAX_OF_TENANT = 2;
    static final int LARGE_BYTES = 16 << 10;

    /** Wait of a large body for its turn; a count takes milliseconds. */
    private static final Duration SLOT_WAIT = Duration.ofSeconds(1);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final LongTasks largeCounts =
            new LongTasks(
                    "millrace-count",
                    new TenantSlots(MAX, MAX_OF_TENANT),
                    SLOT_WAIT,
                    TokenCountRoutes::refusal);
    private final ModelsInService models;
    private final ToLongBiFunction<RequestLine, Model> counter;
    private final JobClient jobs;
    private final InstantSource clock;

    /**
     * @param counter counts the input tokens of a request for a model
     */
    public TokenCountRoutes(
            ModelsInService models,
            ToLongBiFunction<RequestLine, Model> counter,
            JobClient jobs,
            InstantSource clock) {
        this.models = models;
        this.counter = counter;
        this.jobs = jobs;
        this.clock = clock;
    }

    /** Returns the route {@code POST /v1/messages/count_tokens}. */
    public List<HttpRoute> routes() {
        return List.of(HttpRoute.post("messages/count_tokens", this::count));
    }

    private void count(Exchange exchange) throws IOException, InterruptedException {
        byte[] body = exchange.body(jobs.maxRequestBytes(), "topics.max_request_bytes");
        var _ = exchange.admit(0);
        long tokens =
                body.length > LARGE_BYTES
                        ? largeCounts.compute(
                                exchange.caller().tenant(), () -> tokens(exchange, body))
                        : tokens(exchange, body);
        var json = JsonFields.object();
        json.put("input_tokens", Math.max(1, tokens));
        exchange.sendJson(JsonFields.bytes(json));
    }

    private long tokens(Exchange exchange, byte[] body) {
        RequestLine line = line(exchange, body);
        exchange.require(line.model());
        return counter.applyAsLong(line, models.find(exchange, line.model()));
    }

    private static ApiError refusal() {
        return ApiError.of(
                        ErrorKind.RATE_LIMITED,
                        "too_many_counts",
                        "the gateway counts the tokens of at most %d large bodies at once, %d of a tenant"
                                .formatted(MAX, MAX_OF_TENANT))
                .retryAfter(RETRY_AFTER);
    }

    private RequestLine line(Exchange exchange, byte[] body) {
        try {
            return jobs.read(
                    new JobCall(
                            exchange.caller().tenant(),
                            exchange.caller().batch(),
                            exchange.caller().apiKey(),
                            Endpoint.MESSAGES,
                            body,
                            ProviderHeaders.of(exchange, Endpoint.MESSAGES),
                            clock.instant(),
                            Optional.empty(),
                            AnswerWait.PATIENT));
        } catch (JobRefusal refusal) {
            throw JobErrors.of(refusal);
        }
    }
}
