package dev.millrace.gateway.access;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.job.Names;
import dev.millrace.contracts.json.JsonFields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The stored form of an API key. The id is a part of its control key.
 *
 * @param name human-readable name; any text
 * @param created when the key was created
 * @param by who created the key, if known
 * @param revoked when the key was revoked; empty if it is in force
 * @param secrets the current secret first; then a replaced secret while it is still accepted
 */
public record GatewayKey(
        String name,
        KeyAccess access,
        Instant created,
        String by,
        Optional<Instant> revoked,
        List<SecretHash> secrets) {
    /** More secrets than any version writes; more make the record unreadable. */
    private static final int MAX_SECRETS = 8;

    /**
     * Checks tenant and secrets.
     *
     * @throws IllegalArgumentException if a tenant or secret is invalid
     */
    public GatewayKey {
        Names.tenantProblem(access.tenant())
                .ifPresent(
                        it -> {
                            throw new IllegalArgumentException("the tenant of an API key " + it);
                        });
        if (secrets.isEmpty() || secrets.size() > MAX_SECRETS) {
            throw new IllegalArgumentException(
                    "an API key has 1 to " + MAX_SECRETS + " secrets, not " + secrets.size());
        }
        secrets = List.copyOf(secrets);
    }

    /** Returns the readable keys in control by id, revoked and expired ones included. */
    public static Map<String, GatewayKey> all(ControlState control) {
        var keys = new HashMap<String, GatewayKey>();
        control.apiKeys()
                .keySet()
                .forEach(id -> find(id, control).ifPresent(it -> keys.put(id, it)));
        return keys;
    }

    /** Returns a key in control; empty if there is none that this version can read. */
    public static Optional<GatewayKey> find(String id, ControlState control) {
        try {
            return Optional.ofNullable(control.apiKeys().get(id)).map(GatewayKey::of);
        } catch (RuntimeException e) {
            // Any exception, as for other records of control.
            return Optional.empty();
        }
    }

    /** Returns the name of the batch of the jobs of a key, which also names its budget. */
    public static String batch(String id) {
        return "key-" + id;
    }

    /** Returns true if the key is neither revoked nor expired. */
    public boolean isInForce(Instant now) {
        return revoked.isEmpty() && access.expires().filter(it -> !now.isBefore(it)).isEmpty();
    }

    /**
     * Returns true if the secret belongs to this key and has not expired. Does not check the key's
     * own expiry. Compares every secret, so that timing does not reveal which one matched.
     */
    public boolean hasSecret(String secret, Instant now) {
        boolean isFound = false;
        for (SecretHash each : secrets) {
            isFound |= each.matches(secret) && !each.isExpired(now);
        }
        return isFound;
    }

    /** Returns the revoked key; a key that is revoked already keeps its time. */
    public GatewayKey revokedAt(Instant at) {
        return new GatewayKey(name, access, created, by, Optional.of(revoked.orElse(at)), secrets);
    }

    /**
     * Returns the key with a new secret.
     *
     * @param end from when the replaced secret is refused; it is dropped unless this is later than
     *     the new secret's creation
     */
    public GatewayKey withSecret(SecretHash secret, Instant end) {
        List<SecretHash> kept = new ArrayList<>();
        kept.add(secret);
        if (end.isAfter(secret.created())) {
            kept.add(secrets.getFirst().until(end));
        }
        return new GatewayKey(name, access, created, by, revoked, kept);
    }

    /** Returns the value of the key's control record. */
    public byte[] toJson() {
        ObjectNode json = JsonFields.object();
        json.put("name", name);
        json.put("tenant", access.tenant());
        if (!access.models().isEmpty()) {
            var models = json.putArray("models");
            access.models().forEach(models::add);
        }
        access.requestsPerMinute().ifPresent(it -> json.put("requests_per_minute", it));
        access.tokensPerMinute().ifPresent(it -> json.put("tokens_per_minute", it));
        if (!access.rights().roles().equals(KeyRights.CALLS.roles())) {
            var roles = json.putArray("roles");
            access.rights().roles().forEach(it -> roles.add(it.word()));
        }
        if (access.rights().allTenants()) {
            json.put("all_tenants", true);
        }
        json.put("created", created.toString());
        json.put("by", by);
        access.expires().ifPresent(it -> json.put("expires", it.toString()));
        revoked.ifPresent(it -> json.put("revoked", it.toString()));
        var array = json.putArray("secrets");
        secrets.forEach(it -> array.add(it.toJson()));
        return JsonFields.bytes(json);
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException if the value is not an API key
     */
    public static GatewayKey of(byte[] value) {
        var json = JsonFields.read(value, "an API key");
        List<SecretHash> secrets = new ArrayList<>();
        json.node().path("secrets").forEach(it -> secrets.add(SecretHash.of(it)));
        return new GatewayKey(
                json.text("name"),
                new KeyAccess(
                        json.text("tenant"),
                        models(json),
                        limit(json, "requests_per_minute"),
                        limit(json, "tokens_per_minute"),
                        new KeyRights(
                                roles(json), json.node().path("all_tenants").asBoolean(false)),
                        json.optionalTime("expires")),
                json.time("created"),
                json.text("by"),
                json.optionalTime("revoked"),
                secrets);
    }

    /** Reads the models. A list that cannot be read must not permit all models. */
    private static TreeSet<String> models(JsonFields json) {
        var models = new TreeSet<String>();
        JsonNode given = json.node().path("models");
        if (given.isMissingNode()) {
            return models;
        }
        given.forEach(it -> models.add(it.isString() ? it.stringValue() : ""));
        if (!given.isArray() || models.isEmpty() || models.contains("")) {
            throw new IllegalArgumentException("an API key must have names as models");
        }
        return models;
    }

    /** Reads the roles. A role of a later version must not pass for one of this version. */
    private static Set<KeyRole> roles(JsonFields json) {
        JsonNode given = json.node().path("roles");
        if (given.isMissingNode()) {
            return KeyRights.CALLS.roles();
        }
        var roles = EnumSet.noneOf(KeyRole.class);
        for (JsonNode each : given) {
            roles.add(
                    KeyRole.of(each.asString(""))
                            .orElseThrow(
                                    () ->
                                            new IllegalArgumentException(
                                                    "an API key has the unknown role " + each)));
        }
        return roles;
    }

    private static OptionalLong limit(JsonFields json, String name) {
        return json.node().has(name) ? OptionalLong.of(json.number(name, 1)) : OptionalLong.empty();
    }
}
