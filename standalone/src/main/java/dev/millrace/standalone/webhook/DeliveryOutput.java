package dev.millrace.standalone.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.SinkConfig.Webhook;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.webhooks.http.Poster.ReceiverAnswer;
import dev.millrace.webhooks.outbox.DeliveryReader.DeliveryRow;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/**
 * Formats deliveries and answers as human-readable text and as JSON. Shows no path and no query of
 * a URL.
 */
final class DeliveryOutput {
    /** Maximum number of characters shown of an answer's body. */
    private static final int MAX_CHARS = 200;

    private DeliveryOutput() {}

    static boolean isAccepted(ReceiverAnswer answer) {
        return answer instanceof ReceiverAnswer.Received(int status, _, _) && status / 100 == 2;
    }

    static String line(DeliveryRow row) {
        return "%s  %s  %-16s  %-9s  %2d attempts  %s%s%s"
                .formatted(
                        row.eventId(),
                        row.occurredAt(),
                        row.type(),
                        row.state(),
                        row.attempts(),
                        printable(row.origin()),
                        row.problem().map(it -> "  " + printable(it)).orElse(""),
                        row.nextAttempt().map(it -> "; next attempt " + it).orElse(""));
    }

    static String json(DeliveryRow row) {
        return object(
                json -> {
                    json.writeStringProperty("id", row.eventId());
                    json.writeStringProperty("type", row.type());
                    json.writeStringProperty("occurred_at", row.occurredAt().toString());
                    json.writeStringProperty("receiver", row.origin());
                    json.writeStringProperty("state", row.state());
                    json.writeNumberProperty("attempts", row.attempts());
                    row.nextAttempt()
                            .ifPresent(
                                    it ->
                                            json.writeStringProperty(
                                                    "next_attempt_at", it.toString()));
                    row.lastAttempt()
                            .ifPresent(
                                    it ->
                                            json.writeStringProperty(
                                                    "last_attempt_at", it.toString()));
                    row.status().ifPresent(it -> json.writeNumberProperty("status_code", it));
                    row.problem().ifPresent(it -> json.writeStringProperty("problem", it));
                });
    }

    static String line(Webhook webhook, ReceiverAnswer answer) {
        return switch (answer) {
            case ReceiverAnswer.Received(int status, _, String body) ->
                    "%-9s  %s  status %d%s"
                            .formatted(
                                    isAccepted(answer) ? "delivered" : "failed",
                                    printable(webhook.origin()),
                                    status,
                                    body.isBlank() ? "" : "  " + beginning(body));
            case ReceiverAnswer.Missing(String reason) ->
                    "%-9s  %s  %s"
                            .formatted("failed", printable(webhook.origin()), printable(reason));
        };
    }

    static String json(Webhook webhook, ReceiverAnswer answer) {
        return object(
                json -> {
                    json.writeStringProperty("receiver", webhook.origin());
                    json.writeBooleanProperty("delivered", isAccepted(answer));
                    switch (answer) {
                        case ReceiverAnswer.Received(int status, _, String body) -> {
                            json.writeNumberProperty("status_code", status);
                            json.writeStringProperty("body", body);
                        }
                        case ReceiverAnswer.Missing(String reason) ->
                                json.writeStringProperty("problem", reason);
                    }
                });
    }

    private static String object(Consumer<JsonGenerator> properties) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            properties.accept(json);
            json.writeEndObject();
        }
        return out.toString(UTF_8);
    }

    private static String beginning(String body) {
        String text = printable(body.strip());
        return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS) + "…";
    }

    /** Returns the text without control characters, which could change a terminal. */
    private static String printable(String text) {
        return text.replaceAll("\\s+", " ").replaceAll("\\p{Cntrl}", "\uFFFD");
    }
}
