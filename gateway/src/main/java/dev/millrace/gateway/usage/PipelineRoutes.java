package dev.millrace.gateway.usage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.Price;
import dev.millrace.gateway.figures.FigureJson;
import dev.millrace.gateway.usage.StateSource.StateUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** Answers questions about the pipeline: its models, its state, and this API. */
final class PipelineRoutes {
    private final List<Model> models;
    private final StateSource state;

    PipelineRoutes(List<Model> models, StateSource state) {
        this.models = models;
        this.state = state;
    }

    List<ApiRoute> routes() {
        return List.of(
                ApiRoute.of("models", Set.of(), this::models),
                new ApiRoute("state", Set.of(), true, false, this::state),
                ApiRoute.of("openapi.json", Set.of(), call -> call.sendJson(description())));
    }

    private void models(UsageCall call) {
        call.sendObject(
                json ->
                        FigureJson.writePage(
                                json, models, Optional.empty(), PipelineRoutes::write));
    }

    private static void write(JsonGenerator json, Model model) {
        json.writeStringProperty("model", model.name());
        json.writeStringProperty("provider", model.provider());
        json.writeStringProperty("upstream_model", model.upstreamModel());
        json.writeArrayPropertyStart("aliases");
        model.aliases().forEach(json::writeString);
        json.writeEndArray();
        FigureJson.writeNumber(json, "context_window", model.contextWindow());
        FigureJson.writeNumber(json, "max_output_tokens", model.maxOutputTokens());
        Price price = model.price();
        json.writeObjectPropertyStart("usd_per_million");
        json.writeNumberProperty("input", price.input());
        json.writeNumberProperty("cached_input", price.cachedInput());
        json.writeNumberProperty("cache_write", price.cacheWrite());
        json.writeNumberProperty("cache_write_1h", price.cacheWriteHour());
        json.writeNumberProperty("output", price.output());
        json.writeEndObject();
        if (price.above().isEmpty()) {
            json.writeNullProperty("usd_per_million_above");
        } else {
            write(json, price.above().getFirst());
        }
    }

    private static void write(JsonGenerator json, Price.LongContext above) {
        json.writeObjectPropertyStart("usd_per_million_above");
        json.writeNumberProperty("input_tokens", above.inputTokens());
        json.writeNumberProperty("input", above.input());
        json.writeNumberProperty("cached_input", above.cachedInput());
        json.writeNumberProperty("cache_write", above.cacheWrite());
        json.writeNumberProperty("cache_write_1h", above.cacheWriteHour());
        json.writeNumberProperty("output", above.output());
        json.writeEndObject();
    }

    private void state(UsageCall call) {
        try {
            call.sendJson(state.json().getBytes(UTF_8));
        } catch (StateUnavailableException e) {
            throw UsageErrors.unavailable(String.valueOf(e.getMessage()));
        }
    }

    /** Returns the OpenAPI document. */
    private static byte[] description() {
        try (InputStream in =
                Objects.requireNonNull(
                        PipelineRoutes.class.getResourceAsStream("openapi.json"), "openapi.json")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
