package dev.millrace.contracts.result;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Cost events as JSON: one flat object, money as exact decimals. */
public final class CostEventCodec {
    private static final int TYPICAL_BYTES = 768;

    private CostEventCodec() {}

    /** One line of JSON in UTF-8. */
    public static byte[] toJson(CostEvent event) {
        var out = new ByteArrayOutputStream(TYPICAL_BYTES);
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("event_id", event.eventId());
            json.writeBooleanProperty("final", event.isFinal());
            json.writeStringProperty("tenant", event.tenant());
            json.writeStringProperty("batch", event.batch());
            json.writeStringProperty("job_id", event.jobId().value());
            writeText(json, "model", event.model());
            writeText(json, "provider", event.provider());
            json.writeNumberProperty("attempt", event.attempt());
            json.writeStringProperty("kind", event.kind().word());
            writeUsage(json, event.usage());
            if (event.rates() != null) {
                writeRates(json, event.rates());
            }
            writeText(json, "catalog_version", event.catalogVersion());
            json.writeNumberProperty("cost_usd", event.costUsd());
            json.writeNumberProperty("saved_usd", event.savedUsd());
            json.writeNumberProperty("reserved_usd", event.reservedUsd());
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
     * @throws IllegalArgumentException when it is no cost event
     */
    public static CostEvent read(byte[] value) {
        var fields = new HashMap<String, String>();
        try (JsonParser json = JsonBytes.parser(value, 0, value.length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("a cost event must be a JSON object");
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                JsonToken token = json.nextToken();
                if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
                    fields.put(name, json.getString());
                }
                json.skipChildren();
            }
            JsonBytes.requireEnd(json, "a cost event");
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "a cost event must be JSON: " + e.getOriginalMessage(), e);
        }
        return of(new Fields(fields));
    }

    private static CostEvent of(Fields fields) {
        return new CostEvent(
                fields.text("event_id"),
                fields.flag("final"),
                fields.text("tenant"),
                fields.text("batch"),
                new JobId(fields.text("job_id")),
                fields.values.get("model"),
                fields.values.get("provider"),
                Math.toIntExact(fields.number("attempt")),
                kind(fields.text("kind")),
                new TokenUsage(
                        fields.number("input_tokens"),
                        fields.number("cached_input_tokens"),
                        fields.number("cache_write_tokens"),
                        fields.number("cache_write_1h_tokens", "0"),
                        fields.number("output_tokens"),
                        fields.number("reasoning_tokens")),
                fields.values.containsKey("input_price") ? rates(fields) : null,
                fields.values.get("catalog_version"),
                fields.decimal("cost_usd"),
                fields.decimal("saved_usd"),
                fields.decimal("reserved_usd"));
    }

    private static CostKind kind(String word) {
        return CostKind.of(word)
                .orElseThrow(() -> new IllegalArgumentException("unknown kind of cost: " + word));
    }

    private static Price rates(Fields fields) {
        return new Price(
                fields.decimal("input_price"),
                fields.decimal("cached_input_price"),
                fields.decimal("cache_write_price"),
                fields.decimal("cache_write_1h_price", fields.text("cache_write_price")),
                fields.decimal("output_price"),
                Optional.empty());
    }

    private record Fields(Map<String, String> values) {
        String text(String name) {
            String value = values.get(name);
            if (value == null) {
                throw new IllegalArgumentException("a cost event must have " + name);
            }
            return value;
        }

        boolean flag(String name) {
            return switch (text(name)) {
                case "true" -> true;
                case "false" -> false;
                default ->
                        throw new IllegalArgumentException(
                                "a cost event's " + name + " must be true or false");
            };
        }

        long number(String name) {
            return Long.parseLong(text(name));
        }

        /** A number that earlier versions did not have. */
        long number(String name, String before) {
            return Long.parseLong(values.getOrDefault(name, before));
        }

        BigDecimal decimal(String name) {
            return new BigDecimal(text(name));
        }

        /** A decimal that earlier versions did not have. */
        BigDecimal decimal(String name, String before) {
            return new BigDecimal(values.getOrDefault(name, before));
        }
    }
}
