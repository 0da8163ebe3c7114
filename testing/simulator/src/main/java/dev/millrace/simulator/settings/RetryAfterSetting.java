package dev.millrace.simulator.settings;

import static dev.millrace.simulator.settings.Bounds.requireAtMost;

import dev.millrace.yaml.binding.Durations;
import java.time.Duration;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The wait that a random 429 or 529 asks for.
 *
 * @param form header that carries the wait
 * @param delay length of the wait, 0 to 24 h
 */
public record RetryAfterSetting(Form form, Duration delay) {
    /** One second, in seconds. */
    public static final RetryAfterSetting DEFAULT =
            new RetryAfterSetting(Form.SECONDS, Duration.ofSeconds(1));

    /** The header formats that providers use. */
    public enum Form {
        /** {@code Retry-After: 2}, rounded up. */
        SECONDS,
        /** {@code Retry-After: Fri, 20 Nov 2026 07:00:00 GMT}, rounded up. */
        DATE,
        /** {@code retry-after-ms: 1500}. */
        MILLISECONDS,
        /** No header. */
        NONE,
        /** One of the other forms, drawn for each call. */
        MIXED
    }

    public RetryAfterSetting {
        requireAtMost("delay", delay, Duration.ofHours(24));
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("form", form.name().toLowerCase(Locale.ROOT))
                .put("delay", Durations.format(delay));
    }
}
