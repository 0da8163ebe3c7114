package dev.millrace.standalone.key;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.gateway.access.KeyToken;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** Formats API keys as JSON: the stored form without hashes. */
final class KeyJson {
    private KeyJson() {}

    /** Returns all keys, oldest first, as one line of JSON. */
    static String of(Map<String, GatewayKey> keys, Instant now) {
        return line(
                json -> {
                    json.writeArrayPropertyStart("keys");
                    keys.entrySet().stream()
                            .sorted(
                                    Map.Entry.<String, GatewayKey>comparingByValue(
                                                    Comparator.comparing(GatewayKey::created))
                                            .thenComparing(Map.Entry.comparingByKey()))
                            .forEach(
                                    it -> {
                                        json.writeStartObject();
                                        write(it.getKey(), it.getValue(), now, json);
                                        json.writeEndObject();
                                    });
                    json.writeEndArray();
                });
    }

    /**
     * Returns one key as one line of JSON.
     *
     * @param token the key as its user sends it, if this command created it
     */
    static String of(String id, GatewayKey key, Optional<KeyToken> token, Instant now) {
        return line(
                json -> {
                    write(id, key, now, json);
                    token.ifPresent(it -> json.writeStringProperty("key", it.text()));
                });
    }

    private static String line(Consumer<JsonGenerator> content) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            content.accept(json);
            json.writeEndObject();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void write(String id, GatewayKey key, Instant now, JsonGenerator json) {
        var access = key.access();
        json.writeStringProperty("id", id);
        json.writeStringProperty("name", key.name());
        json.writeBooleanProperty("in_force", key.isInForce(now));
        json.writeStringProperty("tenant", access.tenant());
        json.writeStringProperty("batch", GatewayKey.batch(id));
        json.writeArrayPropertyStart("roles");
        access.rights().roles().forEach(it -> json.writeString(it.word()));
        json.writeEndArray();
        json.writeBooleanProperty("all_tenants", access.rights().allTenants());
        if (!access.models().isEmpty()) {
            json.writeArrayPropertyStart("models");
            access.models().forEach(json::writeString);
            json.writeEndArray();
        }
        access.requestsPerMinute()
                .ifPresent(it -> json.writeNumberProperty("requests_per_minute", it));
        access.tokensPerMinute().ifPresent(it -> json.writeNumberProperty("tokens_per_minute", it));
        json.writeStringProperty("created", key.created().toString());
        json.writeStringProperty("by", key.by());
        write("expires", access.expires(), json);
        write("revoked", key.revoked(), json);
        write(
                "earlier_secret_expires",
                key.secrets().stream()
                        .filter(it -> !it.isExpired(now))
                        .flatMap(it -> it.expires().stream())
                        .findFirst(),
                json);
    }

    private static void write(String name, Optional<Instant> time, JsonGenerator json) {
        time.ifPresent(it -> json.writeStringProperty(name, it.toString()));
    }
}
