package dev.millrace.gateway.answer;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.PriceHours;
import dev.millrace.gateway.http.ApiStyle;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.HttpRoute;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** The routes that list the models in service, in the form of OpenAI or Anthropic. */
public final class ModelRoutes {
    /** The catalog has no dates of models; both APIs require one. */
    private static final String UNKNOWN_DATE = "1970-01-01T00:00:00Z";

    private final ModelsInService models;
    private final InstantSource clock;

    /**
     * @param clock decides which rates apply now
     */
    public ModelRoutes(ModelsInService models, InstantSource clock) {
        this.models = models;
        this.clock = clock;
    }

    /** Returns the routes. */
    public List<HttpRoute> routes() {
        return List.of(
                HttpRoute.get("models", this::list), HttpRoute.get("models/{id}", this::one));
    }

    private void list(Exchange exchange) {
        List<Model> permitted = models.permitted(exchange);
        exchange.sendJson(
                object(json -> write(json, permitted, exchange.style(), clock.instant())));
    }

    private static void write(
            JsonGenerator json, List<Model> permitted, ApiStyle style, Instant now) {
        switch (style) {
            case OPENAI -> {
                json.writeStringProperty("object", "list");
                writeData(json, permitted, style, now);
            }
            case ANTHROPIC -> {
                writeData(json, permitted, style, now);
                json.writeBooleanProperty("has_more", false);
                writeId(json, "first_id", permitted, true);
                writeId(json, "last_id", permitted, false);
            }
        }
    }

    private static void writeData(
            JsonGenerator json, List<Model> permitted, ApiStyle style, Instant now) {
        json.writeArrayPropertyStart("data");
        permitted.forEach(
                it -> {
                    json.writeStartObject();
                    write(json, it, style, now);
                    json.writeEndObject();
                });
        json.writeEndArray();
    }

    private static void writeId(
            JsonGenerator json, String name, List<Model> permitted, boolean isFirst) {
        if (permitted.isEmpty()) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(
                    name, (isFirst ? permitted.getFirst() : permitted.getLast()).name());
        }
    }

    private void one(Exchange exchange) {
        Model model = models.find(exchange, exchange.path().getFirst());
        exchange.sendJson(object(json -> write(json, model, exchange.style(), clock.instant())));
    }

    private static byte[] object(Consumer<JsonGenerator> properties) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            properties.accept(json);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, Model model, ApiStyle style, Instant now) {
        json.writeStringProperty("id", model.name());
        switch (style) {
            case OPENAI -> {
                json.writeStringProperty("object", "model");
                json.writeNumberProperty("created", 0);
                json.writeStringProperty("owned_by", model.provider());
            }
            case ANTHROPIC -> {
                json.writeStringProperty("type", "model");
                json.writeStringProperty("display_name", model.name());
                json.writeStringProperty("created_at", UNKNOWN_DATE);
            }
        }
        json.writeObjectPropertyStart("millrace");
        json.writeArrayPropertyStart("aliases");
        model.aliases().forEach(json::writeString);
        json.writeEndArray();
        writeNumber(json, "context_window", model.contextWindow());
        writeNumber(json, "max_output_tokens", model.maxOutputTokens());
        Price price = model.price();
        writeRates(json, price.at(now, now));
        price.hours().ifPresent(it -> writeHours(json, price, it));
        json.writeEndObject();
    }

    private static void writeRates(JsonGenerator json, Price price) {
        json.writeObjectPropertyStart("usd_per_million");
        json.writeNumberProperty("input", price.input());
        json.writeNumberProperty("cached_input", price.cachedInput());
        json.writeNumberProperty("cache_write", price.cacheWrite());
        json.writeNumberProperty("cache_write_1h", price.cacheWriteHour());
        json.writeNumberProperty("output", price.output());
        json.writeEndObject();
    }

    /** Writes the usual rates, then the periods with other rates. */
    private static void writeHours(JsonGenerator json, Price usual, PriceHours hours) {
        json.writeObjectPropertyStart("hours");
        json.writeStringProperty("zone", hours.zone().getId());
        json.writeStringProperty("booked_at", hours.bookedAt().name().toLowerCase(Locale.ROOT));
        json.writeArrayPropertyStart("holidays");
        hours.holidays().forEach(it -> json.writeString(it.toString()));
        json.writeEndArray();
        writeRates(json, usual);
        json.writeArrayPropertyStart("periods");
        hours.periods()
                .forEach(
                        (name, period) -> {
                            json.writeStartObject();
                            json.writeStringProperty("name", name);
                            json.writeArrayPropertyStart("times");
                            period.times().forEach(it -> json.writeString(it.toString()));
                            json.writeEndArray();
                            writeRates(json, period.price());
                            json.writeEndObject();
                        });
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeNumber(JsonGenerator json, String name, OptionalLong value) {
        if (value.isPresent()) {
            json.writeNumberProperty(name, value.getAsLong());
        } else {
            json.writeNullProperty(name);
        }
    }
}
