package dev.millrace.standalone.cache;

import dev.millrace.contracts.control.CachePurge;
import dev.millrace.contracts.control.CacheStats;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.standalone.cache.CachedAnswerReader.CachedAnswer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** Formats the state and the purges of the answer cache as JSON. */
final class CacheJson {
    private CacheJson() {}

    /** Returns the state as one line of JSON. */
    static String of(ControlState.Cache cache) {
        return line(json -> write(cache, json));
    }

    /** Returns a purge as one line of JSON. */
    static String of(CachePurge purge) {
        return line(json -> write(purge, json));
    }

    /** Returns a cached answer as one line of JSON. */
    static String of(CachedAnswer answer) {
        return line(json -> write(answer, json));
    }

    private static void write(CachedAnswer answer, JsonGenerator json) {
        json.writeStringProperty("key", answer.cacheKey());
        json.writeStringProperty("model", answer.info().model());
        json.writeStringProperty("provider", answer.info().provider());
        json.writeStringProperty("tenant", answer.info().tenant());
        json.writeStringProperty("routed_by", answer.info().routedBy());
        json.writeStringProperty(
                "created", Instant.ofEpochMilli(answer.info().createdMillis()).toString());
        json.writeStringProperty(
                "last_used",
                Instant.EPOCH.plus(Duration.ofMinutes(answer.info().lastUseMinute())).toString());
        json.writeNumberProperty("bytes", answer.info().bytes());
        if (answer.question() != null) {
            json.writeStringProperty("group", answer.question().namespace());
            json.writeStringProperty("question", answer.question().text());
        }
    }

    private static String line(Consumer<JsonGenerator> write) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            write.accept(json);
            json.writeEndObject();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void write(ControlState.Cache cache, JsonGenerator json) {
        CacheStats total = cache.total();
        json.writeNumberProperty("entries", total.entries());
        json.writeNumberProperty("bytes", total.bytes());
        json.writeNumberProperty("hits", total.hits());
        json.writeNumberProperty("stale", total.stale());
        json.writeNumberProperty("collapsed", total.collapsed());
        json.writeNumberProperty("semantic", total.semantic());
        json.writeNumberProperty("misses", total.misses());
        json.writeNumberProperty("evicted", total.evicted());
        json.writeNumberProperty("expired", total.expired());
        json.writeNumberProperty("saved_usd", total.savedUsd());
        json.writeArrayPropertyStart("purges");
        cache.purges().values().stream()
                .sorted(Comparator.comparing(CachePurge::at))
                .forEach(
                        purge -> {
                            json.writeStartObject();
                            write(purge, json);
                            json.writeEndObject();
                        });
        json.writeEndArray();
    }

    private static void write(CachePurge purge, JsonGenerator json) {
        write("key", purge.filter().key(), json);
        write("model", purge.filter().model(), json);
        write("tenant", purge.filter().tenant(), json);
        write("routed_by", purge.filter().routedBy(), json);
        json.writeStringProperty("at", purge.at().toString());
        json.writeStringProperty("by", purge.by());
        json.writeStringProperty("until", purge.until().toString());
        json.writeStringProperty("expires", purge.expires().toString());
    }

    private static void write(String name, Optional<String> value, JsonGenerator json) {
        value.ifPresent(it -> json.writeStringProperty(name, it));
    }
}
