package dev.millrace.gateway.usage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.gateway.figures.DeadLetterReader;
import dev.millrace.gateway.figures.DeadLetterReader.Page;
import dev.millrace.gateway.figures.DeadLetterReader.Place;
import dev.millrace.gateway.figures.FigureJson;
import dev.millrace.gateway.figures.UsageFilter;
import dev.millrace.gateway.results.Connections;
import dev.millrace.results.StoredDeadLetter;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Lists dead letters with their bytes. */
final class DeadLetterRoutes {
    private final Connections connections;

    DeadLetterRoutes(Connections connections) {
        this.connections = connections;
    }

    List<ApiRoute> routes() {
        return List.of(
                ApiRoute.of(
                        "dead-letters",
                        Set.of("tenant", "batch", "from", "to", "limit", "cursor"),
                        this::deadLetters));
    }

    private void deadLetters(UsageCall call) throws IOException {
        UsageFilter filter = call.parameters().filter(call.tenant());
        int limit = call.parameters().limit();
        Optional<Place> after = call.parameters().cursor(4).map(DeadLetterRoutes::place);
        Page page =
                connections.query(
                        filter.tenant(),
                        runner ->
                                new DeadLetterReader(runner)
                                        .page(filter, Optional.empty(), after, limit));
        Optional<String> next =
                page.hasMore()
                        ? Optional.of(cursor(page.letters().getLast().place()))
                        : Optional.empty();
        call.sendObject(
                json ->
                        FigureJson.writePage(
                                json,
                                page.letters(),
                                next,
                                (row, each) -> write(row, each.stored())));
    }

    private static String cursor(Place place) {
        return Cursor.of(
                List.of(place.receivedAt(), place.topicId(), place.partition(), place.offset()));
    }

    private static Place place(List<@Nullable String> cursor) {
        try {
            return new Place(
                    Instant.parse(Objects.requireNonNullElse(cursor.get(0), "")),
                    Objects.requireNonNullElse(cursor.get(1), ""),
                    Integer.parseInt(Objects.requireNonNullElse(cursor.get(2), "")),
                    Long.parseLong(Objects.requireNonNullElse(cursor.get(3), "")));
        } catch (DateTimeException | NumberFormatException e) {
            throw Parameters.wrong("cursor", "other text", "next of the previous page");
        }
    }

    private static void write(JsonGenerator json, StoredDeadLetter stored) {
        DeadLetter letter = stored.letter();
        json.writeStringProperty("reason", letter.reason());
        json.writeStringProperty("message", letter.message());
        json.writeStringProperty("received_at", stored.receivedAt().toString());
        json.writeStringProperty("tenant", letter.tenant());
        json.writeStringProperty("batch", letter.batch());
        FigureJson.writeNumber(json, "line", letter.line());
        json.writeStringProperty("job_id", letter.jobId());
        json.writeObjectPropertyStart("origin");
        json.writeStringProperty("topic", letter.topic());
        json.writeNumberProperty("partition", letter.partition());
        json.writeNumberProperty("offset", letter.offset());
        json.writeEndObject();
        write(json, "key", stored.key());
        write(json, "value", stored.value());
    }

    /** Writes bytes as text if they are UTF-8, otherwise as base64. */
    private static void write(JsonGenerator json, String name, byte @Nullable [] bytes) {
        if (bytes == null) {
            json.writeNullProperty(name);
            return;
        }
        json.writeObjectPropertyStart(name);
        if (JsonBytes.isUtf8(bytes)) {
            json.writeStringProperty("text", new String(bytes, UTF_8));
        } else {
            json.writeStringProperty("base64", Base64.getEncoder().encodeToString(bytes));
        }
        json.writeEndObject();
    }
}
