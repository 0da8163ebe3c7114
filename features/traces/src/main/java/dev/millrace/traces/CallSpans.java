package dev.millrace.traces;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.traces.JobSpan.Name;
import dev.millrace.traces.JobSpan.Times;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the spans of waits and calls, with the attributes of OpenTelemetry's conventions for
 * generative AI. Without bodies, unless they are asked for. Used by any thread.
 *
 * @param withBodies true to add the bodies of calls
 */
record CallSpans(Steps steps, boolean withBodies) {
    /** Most characters of a body in a span. */
    private static final int MOST_CHARS = 64 << 10;

    private static final double NANOS_PER_SECOND = 1e9;

    private static final AttributeKey<String> OPERATION =
            AttributeKey.stringKey("gen_ai.operation.name");
    private static final AttributeKey<String> PROVIDER =
            AttributeKey.stringKey("gen_ai.provider.name");
    private static final AttributeKey<String> MODEL =
            AttributeKey.stringKey("gen_ai.request.model");
    private static final AttributeKey<Double> FIRST_CHUNK =
            AttributeKey.doubleKey("gen_ai.response.time_to_first_chunk");
    private static final AttributeKey<Long> INPUT =
            AttributeKey.longKey("gen_ai.usage.input_tokens");
    private static final AttributeKey<Long> OUTPUT =
            AttributeKey.longKey("gen_ai.usage.output_tokens");
    private static final AttributeKey<Long> CACHE_READ =
            AttributeKey.longKey("gen_ai.usage.cache_read.input_tokens");
    private static final AttributeKey<Long> CACHE_WRITE =
            AttributeKey.longKey("gen_ai.usage.cache_write.input_tokens");
    private static final AttributeKey<Long> REASONING =
            AttributeKey.longKey("gen_ai.usage.reasoning.output_tokens");
    private static final AttributeKey<Long> STATUS =
            AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("millrace.attempt");
    private static final AttributeKey<String> CATALOG_MODEL =
            AttributeKey.stringKey("millrace.model");
    private static final AttributeKey<String> TIER = AttributeKey.stringKey("millrace.tier");
    private static final AttributeKey<Double> COST = AttributeKey.doubleKey("millrace.cost_usd");
    private static final AttributeKey<String> COST_KIND =
            AttributeKey.stringKey("millrace.cost_kind");
    private static final AttributeKey<String> REQUEST_BODY =
            AttributeKey.stringKey("millrace.request.body");
    private static final AttributeKey<String> RESPONSE_BODY =
            AttributeKey.stringKey("millrace.response.body");

    private static final String CHAT = "chat";

    /** OpenTelemetry's names for what endpoints do besides chat. */
    private static final Map<String, String> OPERATIONS =
            Map.of("/v1/embeddings", "embeddings", "/v1/completions", "text_completion");

    /** OpenTelemetry's names of providers that Millrace names in another way. */
    private static final Map<String, String> PROVIDERS =
            Map.of(
                    "azure", "azure.ai.openai",
                    "bedrock", "aws.bedrock",
                    "google", "gcp.gemini",
                    "mistral", "mistral_ai",
                    "vertex", "gcp.vertex_ai",
                    "xai", "x_ai");

    /** Returns the span of a wait, which ends with a call. */
    JobSpan waited(
            JobTrace trace,
            JobHeaders job,
            int attempt,
            Times times,
            @Nullable WaitingReason reason) {
        var attributes =
                Steps.attributes(trace)
                        .put(ATTEMPT, (long) attempt)
                        .put(CATALOG_MODEL, job.model())
                        .put(Steps.REASON, reason == null ? "turn" : reason.word());
        return steps.step(
                trace,
                new Name("wait", SpanKind.INTERNAL),
                new Times(afterFallback(job, times.start()), times.end()),
                attributes.build(),
                "wait",
                attempt,
                times.end().toEpochMilli());
    }

    /** A job that fell back waits for its model only since the last call of the model before. */
    private static Instant afterFallback(JobHeaders job, Instant since) {
        List<Fallback> left = job.fallbacks();
        Long called = left.isEmpty() ? null : left.getLast().calledMillis();
        return called == null || called <= since.toEpochMilli()
                ? since
                : Instant.ofEpochMilli(called);
    }

    /** Returns the span of a call that has ended. */
    JobSpan call(JobTrace trace, TracedCall call) {
        String operation =
                RequestParser.parse(call.request()) instanceof ParseResult.Accepted(var line)
                        ? OPERATIONS.getOrDefault(line.endpoint().url(), CHAT)
                        : CHAT;
        AttributesBuilder attributes = attributes(trace, operation, call.attempt(), call.model());
        Steps.withError(attributes, call.error());
        Integer status = call.status();
        if (status != null) {
            attributes.put(STATUS, status.longValue());
        }
        Duration firstToken = call.firstToken();
        if (firstToken != null) {
            attributes.put(FIRST_CHUNK, firstToken.toNanos() / NANOS_PER_SECOND);
        }
        AttemptCost cost = call.cost();
        if (cost != null) {
            addCost(attributes, cost);
        }
        if (withBodies) {
            attributes.put(REQUEST_BODY, bounded(new String(call.request(), UTF_8)));
            addAnswer(attributes, call.answer());
        }
        return steps.step(
                trace,
                name(operation, call.model()),
                new Times(call.start(), call.start().plus(call.took())),
                attributes.build(),
                "call",
                call.attempt(),
                call.start().toEpochMilli());
    }

    /** Returns the span of a call that an earlier owner of the job left running. */
    JobSpan lost(JobTrace trace, int attempt, Model model, Instant now) {
        var attributes = attributes(trace, CHAT, attempt, model);
        attributes.put(COST_KIND, CostKind.UNCERTAIN.word()).put(Steps.ERROR, "unknown_outcome");
        return steps.step(
                trace, name(CHAT, model), new Times(now, now), attributes.build(), "lost", attempt);
    }

    private static Name name(String operation, Model model) {
        return new Name(operation + " " + model.upstreamModel(), SpanKind.CLIENT);
    }

    private static AttributesBuilder attributes(
            JobTrace trace, String operation, int attempt, Model model) {
        var attributes =
                Steps.attributes(trace)
                        .put(ATTEMPT, (long) attempt)
                        .put(OPERATION, operation)
                        .put(PROVIDER, PROVIDERS.getOrDefault(model.provider(), model.provider()))
                        .put(MODEL, model.upstreamModel())
                        .put(CATALOG_MODEL, model.name());
        model.serviceTier().ifPresent(it -> attributes.put(TIER, it));
        return attributes;
    }

    private static void addCost(AttributesBuilder attributes, AttemptCost cost) {
        TokenUsage tokens = cost.usage().tokens();
        attributes.put(COST, cost.costUsd().doubleValue()).put(COST_KIND, cost.kind().word());
        if (cost.kind() == CostKind.BILLED) {
            attributes
                    .put(INPUT, tokens.inputTokens())
                    .put(OUTPUT, tokens.outputTokens())
                    .put(CACHE_READ, tokens.cachedInputTokens())
                    .put(CACHE_WRITE, tokens.cacheWriteTokens())
                    .put(REASONING, tokens.reasoningTokens());
        }
        String tier = cost.usage().service().tier();
        if (tier != null) {
            attributes.put(TIER, tier);
        }
    }

    private static void addAnswer(AttributesBuilder attributes, @Nullable ProviderBody answer) {
        if (answer == null) {
            return;
        }
        switch (answer) {
            case ProviderBody.Json(byte[] bytes) ->
                    attributes.put(RESPONSE_BODY, bounded(new String(bytes, UTF_8)));
            case ProviderBody.Text(String text) -> attributes.put(RESPONSE_BODY, bounded(text));
        }
    }

    private static String bounded(String body) {
        return body.length() <= MOST_CHARS ? body : body.substring(0, MOST_CHARS);
    }
}
