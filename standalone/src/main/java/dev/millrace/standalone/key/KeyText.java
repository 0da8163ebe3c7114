package dev.millrace.standalone.key;

import static java.util.stream.Collectors.joining;

import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.gateway.access.KeyAccess;
import dev.millrace.gateway.access.KeyRights;
import dev.millrace.gateway.access.KeyRole;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Describes API keys in lines of text. */
final class KeyText {
    private KeyText() {}

    /** Returns one line for each key, oldest first. */
    static List<String> lines(Map<String, GatewayKey> keys, Instant now) {
        if (keys.isEmpty()) {
            return List.of("no keys: gateways serve at most their own machine, with any key");
        }
        return keys.entrySet().stream()
                .sorted(
                        Map.Entry.<String, GatewayKey>comparingByValue(
                                        Comparator.comparing(GatewayKey::created))
                                .thenComparing(Map.Entry.comparingByKey()))
                .map(it -> line(it.getKey(), it.getValue(), now))
                .toList();
    }

    /** Returns a key's id, name, state, tenant and limits. */
    static String line(String id, GatewayKey key, Instant now) {
        KeyAccess access = key.access();
        var parts = new ArrayList<String>();
        parts.add(id + " " + key.name() + ": " + state(key, now));
        parts.add("tenant " + access.tenant());
        if (!access.rights().equals(KeyRights.CALLS)) {
            parts.add(
                    access.rights().roles().stream().map(KeyRole::word).collect(joining(" "))
                            + (access.rights().allTenants() ? " of all tenants" : ""));
        }
        parts.add(
                access.models().isEmpty()
                        ? "all models"
                        : "models " + String.join(" ", access.models()));
        access.requestsPerMinute().ifPresent(it -> parts.add(grouped(it) + " requests/min"));
        access.tokensPerMinute().ifPresent(it -> parts.add(grouped(it) + " tokens/min"));
        return String.join(", ", parts);
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String state(GatewayKey key, Instant now) {
        if (key.revoked().isPresent()) {
            return "revoked " + key.revoked().get();
        }
        if (!key.isInForce(now)) {
            return "expired " + key.access().expires().orElse(now);
        }
        var text = new StringBuilder("in force");
        key.access().expires().ifPresent(it -> text.append(" until ").append(it));
        key.secrets().stream()
                .filter(it -> !it.isExpired(now))
                .flatMap(it -> it.expires().stream())
                .forEach(it -> text.append(", earlier secret until ").append(it));
        return text.toString();
    }
}
