package dev.millrace.gateway.answer;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.json.JsonFields;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.job.JobCall;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.job.JobRefusal;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongBiFunction;

/**
 * The route that counts the input tokens of a message, as Anthropic's API does. The count is an
 * estimate: no provider is called, no job is made, and no limit of the caller is used.
 */
public final class TokenCountRoutes {
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

    private void count(Exchange exchange) throws IOException {
        byte[] body = exchange.body(jobs.maxRequestBytes(), "topics.max_request_bytes");
        RequestLine line = line(exchange, body);
        exchange.require(line.model());
        Model model = models.find(exchange, line.model());
        var json = JsonFields.object();
        json.put("input_tokens", Math.max(1, counter.applyAsLong(line, model)));
        exchange.sendJson(JsonFields.bytes(json));
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
