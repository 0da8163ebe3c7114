package dev.millrace.contracts.control;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.contracts.policy.RoutedBy;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * An operator's request to purge cached answers.
 *
 * @param at time of the request
 * @param by who issued the request, if known
 * @param until covers answers created until this time; later than {@code at} for a rolled-back
 *     policy, whose last jobs are still running
 * @param expires time at which all these answers have expired and the purge ends
 * @param filter selects the answers
 */
public record CachePurge(Instant at, String by, Instant until, Instant expires, Filter filter) {
    /**
     * Selects answers; an answer must match every given part.
     *
     * @param key cache key
     * @param model catalog name of the model that answered
     * @param tenant tenant of the called job
     * @param routedBy what selected the called job's model: {@code default/3@v7}, {@code
     *     default@v7} for every rule of the version, or {@code default} for every version
     */
    public record Filter(
            Optional<String> key,
            Optional<String> model,
            Optional<String> tenant,
            Optional<String> routedBy) {
        /** Selects all answers. */
        public static final Filter ALL =
                new Filter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        /** Returns the filter for the answers to jobs of a tenant. */
        public static Filter ofTenant(String tenant) {
            return new Filter(
                    Optional.empty(), Optional.empty(), Optional.of(tenant), Optional.empty());
        }

        /** Returns the filter for the answers of one version of a policy. */
        public static Filter ofVersion(String policy, String version) {
            return new Filter(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(policy + "@" + version));
        }

        /** Returns true for an answer that has every given part. */
        public boolean accepts(Answer answer) {
            return key.filter(it -> !it.equals(answer.key())).isEmpty()
                    && model.filter(it -> !it.equals(answer.model())).isEmpty()
                    && tenant.filter(it -> !it.equals(answer.tenant())).isEmpty()
                    && routedBy.filter(it -> !covers(it, answer.routedBy())).isEmpty();
        }

        private static boolean covers(String wanted, String routedBy) {
            return wanted.equals(routedBy)
                    || RoutedBy.of(routedBy)
                            .filter(
                                    it ->
                                            wanted.equals(it.policy())
                                                    || wanted.equals(
                                                            it.policy() + "@" + it.version()))
                            .isPresent();
        }
    }

    /**
     * The properties of a cached answer that a filter checks.
     *
     * @param routedBy what selected the model, as in the result
     */
    public record Answer(
            String key, String model, String tenant, String routedBy, Instant createdAt) {}

    /** Returns true if the answer must not be used any more. */
    public boolean covers(Answer answer) {
        return !answer.createdAt().isAfter(until) && filter.accepts(answer);
    }

    /** Returns true if the purge is over. */
    public boolean isExpired(Instant now) {
        return !now.isBefore(expires);
    }

    /** Returns the record that puts the purge into effect. */
    public ControlRecord record(String id) {
        var json = JsonFields.object();
        json.put("at", at.toString());
        json.put("by", by);
        json.put("until", until.toString());
        json.put("expires", expires.toString());
        put(json, "key", filter.key());
        put(json, "model", filter.model());
        put(json, "tenant", filter.tenant());
        put(json, "routed_by", filter.routedBy());
        return new ControlRecord(new ControlKey.Purge(id), JsonFields.bytes(json));
    }

    private static void put(ObjectNode json, String key, Optional<String> value) {
        value.ifPresent(it -> json.put(key, it));
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException if the value is not a purge
     */
    static CachePurge of(byte[] value) {
        var json = JsonFields.read(value, "a purge of the cache");
        return new CachePurge(
                json.time("at"),
                json.text("by"),
                json.time("until"),
                json.time("expires"),
                new Filter(
                        json.optionalText("key"),
                        json.optionalText("model"),
                        json.optionalText("tenant"),
                        json.optionalText("routed_by")));
    }
}
