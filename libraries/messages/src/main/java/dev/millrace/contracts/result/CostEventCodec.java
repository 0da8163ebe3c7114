package dev.millrace.contracts.result;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.ServiceUse;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.yaml.document.SyntaxProblem;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Writes and reads cost events as JSON: one flat object, with money as exact decimals. A final
 * event has the object {@code end}, which can be missing in events of earlier versions. Any other
 * event has the fields of its route beside its other fields.
 */
public final class CostEventCodec {
    private static final int TYPICAL_BYTES = 1024;
    private static final String END = "end";
    private static final String PART = "part";
    private static final String SERVICE_TIER = "service_tier";
    private static final String PRICE_PERIOD = "price_period";
    private static final String TOOL_CALLS = "tool_calls";
    private static final String ROUTED_BY = "routed_by";
    private static final String ROUTED_TO = "routed_to";
    private static final String CATALOG_USD = "catalog_usd";
    private static final String SPILLED = "spilled";
    private static final String CALL_AGE = "call_age_ms";

    private CostEventCodec() {}

    /** Returns the event as one line of JSON in UTF-8. */
    public static byte[] toJson(CostEvent event) {
        var out = new ByteArrayOutputStream(TYPICAL_BYTES);
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("event_id", event.eventId());
            json.writeBooleanProperty("final", event.isFinal());
            json.writeStringProperty("tenant", event.tenant());
            json.writeStringProperty("batch", event.batch());
            json.writeStringProperty("job_id", event.jobId().value());
            if (event.part() != null) {
                json.writeStringProperty(PART, event.part().value());
            }
            writeText(json, "model", event.model());
            writeText(json, "provider", event.provider());
            json.writeNumberProperty("attempt", event.attempt());
            json.writeStringProperty("kind", event.kind().word());
            writeUsage(json, event.usage());
            PricedUsage usage = event.cost().usage();
            if (usage.rates() != null) {
                writeRates(json, usage.rates());
            }
            if (usage.period() != null) {
                json.writeStringProperty(PRICE_PERIOD, usage.period());
            }
            writeService(json, usage.service());
            writeText(json, "catalog_version", usage.catalogVersion());
            json.writeNumberProperty("cost_usd", event.costUsd());
            writeSource(json, event.kind(), usage.catalogUsd());
            json.writeNumberProperty("saved_usd", event.savedUsd());
            if (event.cost().spilled()) {
                json.writeBooleanProperty(SPILLED, true);
            }
            json.writeNumberProperty("reserved_usd", event.reservedUsd());
            if (event.end() != null) {
                writeEnd(json, event.end());
            } else if (!event.route().equals(Route.NONE)) {
                writeRoute(json, event.route());
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void writeUsage(JsonGenerator json, TokenUsage usage) {
        json.writeNumberProperty("input_tokens", usage.inputTokens());
        json.writeNumberProperty("cached_input_tokens", usage.cachedInputTokens());
        json.writeNumberProperty("cache_write_tokens", usage.cacheWriteTokens());
        json.writeNumberProperty("cache_write_1h_tokens", usage.cacheWriteHourTokens());
        json.writeNumberProperty("output_tokens", usage.outputTokens());
        json.writeNumberProperty("reasoning_tokens", usage.reasoningTokens());
    }

    private static void writeRates(JsonGenerator json, Price rates) {
        json.writeNumberProperty("input_price", rates.input());
        json.writeNumberProperty("cached_input_price", rates.cachedInput());
        json.writeNumberProperty("cache_write_price", rates.cacheWrite());
        json.writeNumberProperty("cache_write_1h_price", rates.cacheWriteHour());
        json.writeNumberProperty("output_price", rates.output());
    }

    /** Writes the service use. Most answers report only tokens, and so have no such fields. */
    private static void writeService(JsonGenerator json, ServiceUse service) {
        if (service.tier() != null) {
            json.writeStringProperty(SERVICE_TIER, service.tier());
        }
        if (!service.toolCalls().isEmpty()) {
            json.writeObjectPropertyStart(TOOL_CALLS);
            service.toolCalls().forEach(json::writeNumberProperty);
            json.writeEndObject();
        }
    }

    /** Writes whose figure the cost of a billed attempt is, and the catalog's beside another. */
    private static void writeSource(
            JsonGenerator json, CostKind kind, @Nullable BigDecimal catalogUsd) {
        if (catalogUsd != null) {
            json.writeStringProperty("cost_source", "provider");
            json.writeNumberProperty(CATALOG_USD, catalogUsd);
        } else if (kind == CostKind.BILLED) {
            json.writeStringProperty("cost_source", "catalog");
        }
    }

    private static void writeEnd(JsonGenerator json, JobEnd end) {
        json.writeObjectPropertyStart(END);
        writeRoute(json, end.route());
        writeText(json, "lane", end.lane() == null ? null : end.lane().word());
        writeText(json, "error_code", end.errorCode());
        json.writeNumberProperty("attempts", end.attempts());
        json.writeNumberProperty("job_cost_usd", end.jobCostUsd());
        json.writeNumberProperty("upstream_ms", end.times().upstreamMs());
        json.writeNumberProperty("queued_ms", end.times().queuedMs());
        if (end.times().callAgeMs() != null) {
            json.writeNumberProperty(CALL_AGE, end.times().callAgeMs());
        }
        json.writeStringProperty("cache", end.cache());
        json.writeEndObject();
    }

    private static void writeRoute(JsonGenerator json, Route route) {
        writeText(json, ROUTED_BY, route.by());
        writeText(json, ROUTED_TO, route.to());
    }

    private static void writeText(JsonGenerator json, String name, @Nullable String value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, value);
        }
    }

    /**
     * Reads an event's value.
     *
     * @throws IllegalArgumentException if the value is not a cost event
     */
    public static CostEvent read(byte[] value) {
        try (JsonParser json = JsonBytes.parser(value, 0, value.length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("a cost event must be a JSON object");
            }
            CostEvent event = readObject(json);
            JsonBytes.requireEnd(json, "a cost event");
            return event;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "a cost event must be JSON: " + SyntaxProblem.describe(e), e);
        }
    }

    private static CostEvent readObject(JsonParser json) {
        CostFields fields = CostFields.of("a cost event");
        JobEnd end = null;
        Map<String, Long> toolCalls = Map.of();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            boolean isObject = json.nextToken() == JsonToken.START_OBJECT;
            if (isObject && name.equals(END)) {
                end = readEnd(json);
            } else if (isObject && name.equals(TOOL_CALLS)) {
                toolCalls = readToolCalls(json);
            } else {
                fields.put(name, json);
                json.skipChildren();
            }
        }
        return of(fields, end, new ServiceUse(fields.optional(SERVICE_TIER), toolCalls));
    }

    private static Map<String, Long> readToolCalls(JsonParser json) {
        var calls = new TreeMap<String, Long>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String tool = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                calls.put(tool, json.getLongValue());
            }
            json.skipChildren();
        }
        return calls;
    }

    private static JobEnd readEnd(JsonParser json) {
        CostFields fields = CostFields.of("the end of a cost event");
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            fields.put(name, json);
            json.skipChildren();
        }
        return new JobEnd(
                route(fields),
                Optional.ofNullable(fields.optional("lane")).flatMap(Lane::of).orElse(null),
                fields.optional("error_code"),
                fields.count("attempts"),
                fields.decimal("job_cost_usd"),
                new JobTimes(
                        fields.number("upstream_ms"),
                        fields.number("queued_ms", "0"),
                        fields.has(CALL_AGE) ? Long.valueOf(fields.number(CALL_AGE)) : null),
                fields.has("cache") ? fields.text("cache") : Provenance.CACHE_MISS);
    }

    private static Route route(CostFields fields) {
        return new Route(fields.optional(ROUTED_BY), fields.optional(ROUTED_TO));
    }

    private static CostEvent of(CostFields fields, @Nullable JobEnd end, ServiceUse service) {
        return new CostEvent(
                fields.text("event_id"),
                fields.flag("final"),
                new BatchJob(
                        new JobId(fields.text("job_id")),
                        fields.text("tenant"),
                        fields.text("batch")),
                fields.has(PART) ? new JobId(fields.text(PART)) : null,
                route(fields),
                cost(fields, service),
                fields.decimal("reserved_usd"),
                end);
    }

    private static AttemptCost cost(CostFields fields, ServiceUse service) {
        return new AttemptCost(
                fields.optional("model"),
                fields.optional("provider"),
                fields.count("attempt"),
                kind(fields.text("kind")),
                new PricedUsage(
                        usage(fields),
                        service,
                        fields.has("input_price") ? rates(fields) : null,
                        fields.optional(PRICE_PERIOD),
                        fields.optional("catalog_version"),
                        fields.has(CATALOG_USD) ? fields.decimal(CATALOG_USD) : null),
                fields.decimal("cost_usd"),
                fields.decimal("saved_usd"),
                fields.has(SPILLED) && fields.flag(SPILLED));
    }

    private static TokenUsage usage(CostFields fields) {
        return new TokenUsage(
                fields.number("input_tokens"),
                fields.number("cached_input_tokens"),
                fields.number("cache_write_tokens"),
                fields.number("cache_write_1h_tokens", "0"),
                fields.number("output_tokens"),
                fields.number("reasoning_tokens"));
    }

    private static CostKind kind(String word) {
        return CostKind.of(word)
                .orElseThrow(() -> new IllegalArgumentException("unknown kind of cost: " + word));
    }

    private static Price rates(CostFields fields) {
        return new Price(
                fields.decimal("input_price"),
                fields.decimal("cached_input_price"),
                fields.decimal("cache_write_price"),
                fields.decimal("cache_write_1h_price", fields.text("cache_write_price")),
                fields.decimal("output_price"),
                Optional.empty());
    }
}
