package dev.millrace.contracts.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.job.JobId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The key of a record in the control topic: the kind of record and its subject, separated by
 * slashes. A slash within a name is written as {@code %2F}.
 */
public sealed interface ControlKey {
    /** The highest version number, so that one stray record cannot use up the range of an int. */
    int MAX_VERSION = 999_999_999;

    /** The start of each key of a {@link Budget}; the rest is the account's id. */
    String BUDGET = "budget/";

    /** The start of each key of an {@link ApiKey}. */
    String API_KEY = "api-key/";

    /**
     * One version of a policy, {@code policy/default/7}.
     *
     * @param version 1 to {@link #MAX_VERSION}
     */
    record PolicyVersion(String policy, int version) implements ControlKey {}

    /**
     * The position of a ramp, {@code ramp/default/5}.
     *
     * @param rule number of the rule, from 1
     */
    record Ramp(String policy, int rule) implements ControlKey {}

    /**
     * The trip of a guard, {@code guard/default/gpt-4.1}.
     *
     * @param arm catalog name of the model at the time of the trip
     */
    record Guard(String policy, String arm) implements ControlKey {}

    /** The key of a cancellation. */
    sealed interface Cancellation extends ControlKey {}

    /** The cancellation of a batch, {@code cancel/batch/acme/2026-11-20}. */
    record CancelBatch(String tenant, String batch) implements Cancellation {}

    /** The cancellation of a job, {@code cancel/job/<id>}. */
    record CancelJob(JobId job) implements Cancellation {}

    /** The key of a pause. */
    sealed interface Pause extends ControlKey {
        /** Describes the paused jobs or calls, such as {@code tenant acme}. */
        default String target() {
            return switch (this) {
                case PauseAll() -> "everything";
                case PauseModel(String model) -> model;
                case PauseTenant(String tenant) -> "tenant " + tenant;
                case PauseBatch(String tenant, String batch) -> "batch " + batch + " of " + tenant;
            };
        }
    }

    /** The pause of all models, {@code pause/all}. */
    record PauseAll() implements Pause {}

    /** The pause of one model, {@code pause/model/gpt-4.1}. */
    record PauseModel(String model) implements Pause {}

    /** The pause of a tenant's jobs, {@code pause/tenant/acme}. */
    record PauseTenant(String tenant) implements Pause {}

    /** The pause of a batch, {@code pause/batch/acme/2026-11-20}. */
    record PauseBatch(String tenant, String batch) implements Pause {}

    /**
     * The request to close the breakers that the calls of a model pass, {@code
     * breaker-reset/gpt-4.1}.
     */
    record BreakerReset(String model) implements ControlKey {}

    /** A worker's report on itself, {@code worker/<instance>}. */
    record Report(String instance) implements ControlKey {}

    /**
     * The request to purge cached answers, {@code cache-purge/<id>}.
     *
     * @param id any text that no other purge has
     */
    record Purge(String id) implements ControlKey {}

    /**
     * The sizes and counts of one partition of the answer cache, {@code cache/3}.
     *
     * @param partition from 0
     */
    record CachePartition(int partition) implements ControlKey {}

    /**
     * An API key of the gateway, {@code api-key/<id>}.
     *
     * @param id the part of the key that is not secret
     */
    record ApiKey(String id) implements ControlKey {}

    /** The key of a limit that an operator set for a budget. */
    sealed interface Limit extends ControlKey {}

    /** The limit of a tenant's budget in each period, {@code budget-limit/tenant/acme}. */
    record TenantLimit(String tenant) implements Limit {}

    /** The limit of a batch's budget, {@code budget-limit/batch/acme/2026-11-20}. */
    record BatchLimit(String tenant, String batch) implements Limit {}

    /**
     * The limit of the budget of an API key, {@code budget-limit/key/acme/3f9c2a7be01d4466}.
     *
     * @param tenant tenant of the key
     * @param key id of the key
     */
    record KeyLimit(String tenant, String key) implements Limit {}

    /**
     * The key of the state of an account: a tenant's budget in one period, or the budget of a batch
     * or of an API key.
     */
    sealed interface Budget extends ControlKey {
        /** Returns the tenant that the account belongs to. */
        String tenant();

        /** Returns the account's id, such as {@code batch/acme/2026-11-20}. */
        default String account() {
            return text().substring(BUDGET.length());
        }

        /** Returns the key of the limit that an operator can set for the account. */
        default Limit limit() {
            return switch (this) {
                case TenantBudget(String tenant, _, _) -> new TenantLimit(tenant);
                case BatchBudget(String tenant, String batch) -> new BatchLimit(tenant, batch);
                case KeyBudget(String tenant, String key) -> new KeyLimit(tenant, key);
            };
        }

        /** Parses an account's id; empty for any other text. */
        static Optional<Budget> ofAccount(String id) {
            return ControlKey.of(BUDGET + id).map(Budget.class::cast);
        }
    }

    /**
     * A tenant's budget in one period, {@code budget/tenant/acme/day/2026-11-20T00:00:00Z}, or
     * without an end, {@code budget/tenant/acme/total}. The kind of period is a part of the key,
     * because a day and a month can begin together.
     *
     * @param period kind of period
     * @param periodStart empty for {@link Period#TOTAL} only
     */
    record TenantBudget(String tenant, Period period, Optional<Instant> periodStart)
            implements Budget {
        public TenantBudget {
            if (periodStart.isEmpty() != (period == Period.TOTAL)) {
                throw new IllegalArgumentException("a period other than TOTAL has a start");
            }
        }

        /** Returns the account of a budget that is never reset. */
        public static TenantBudget total(String tenant) {
            return new TenantBudget(tenant, Period.TOTAL, Optional.empty());
        }
    }

    /** The budget of a batch, {@code budget/batch/acme/2026-11-20}. */
    record BatchBudget(String tenant, String batch) implements Budget {}

    /**
     * The budget of an API key, {@code budget/key/acme/3f9c2a7be01d4466}.
     *
     * @param tenant tenant of the key
     * @param key id of the key
     */
    record KeyBudget(String tenant, String key) implements Budget {}

    /** Returns the written form. */
    default String text() {
        return switch (this) {
            case PolicyVersion(String policy, int version) ->
                    join("policy", policy, Integer.toString(version));
            case Ramp(String policy, int rule) -> join("ramp", policy, Integer.toString(rule));
            case Guard(String policy, String arm) -> join("guard", policy, arm);
            case CancelBatch(String tenant, String batch) -> join("cancel", "batch", tenant, batch);
            case CancelJob(JobId job) -> join("cancel", "job", job.value());
            case PauseAll() -> join("pause", "all");
            case PauseModel(String model) -> join("pause", "model", model);
            case PauseTenant(String tenant) -> join("pause", "tenant", tenant);
            case PauseBatch(String tenant, String batch) -> join("pause", "batch", tenant, batch);
            case BreakerReset(String model) -> join("breaker-reset", model);
            case Report(String instance) -> join("worker", instance);
            case Purge(String id) -> join("cache-purge", id);
            case CachePartition(int partition) -> join("cache", Integer.toString(partition));
            case ApiKey(String id) -> API_KEY + join(id);
            case TenantLimit(String tenant) -> join("budget-limit", "tenant", tenant);
            case BatchLimit(String tenant, String batch) ->
                    join("budget-limit", "batch", tenant, batch);
            case KeyLimit(String tenant, String key) -> join("budget-limit", "key", tenant, key);
            case TenantBudget(String tenant, Period period, Optional<Instant> start) ->
                    BUDGET
                            + start.map(it -> join("tenant", tenant, text(period), it.toString()))
                                    .orElseGet(() -> join("tenant", tenant, text(period)));
            case BatchBudget(String tenant, String batch) -> BUDGET + join("batch", tenant, batch);
            case KeyBudget(String tenant, String key) -> BUDGET + join("key", tenant, key);
        };
    }

    /** Returns the bytes of the record key. */
    default byte[] bytes() {
        return text().getBytes(UTF_8);
    }

    /**
     * Parses the written form; empty for any other text, such as the key of a first-use marker or
     * of a kind that a later version added.
     */
    static Optional<ControlKey> of(String text) {
        try {
            return Optional.ofNullable(
                    parse(Arrays.stream(text.split("/", -1)).map(ControlKey::unescaped).toList()));
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static @Nullable ControlKey parse(List<String> parts) {
        var kind = parts.getFirst() + "/" + parts.size();
        return switch (kind) {
            case "policy/3" -> version(parts);
            case "ramp/3" -> new Ramp(parts.get(1), number(parts.get(2), 1));
            case "guard/3" -> new Guard(parts.get(1), parts.get(2));
            case "cancel/4" ->
                    parts.get(1).equals("batch")
                            ? new CancelBatch(parts.get(2), parts.get(3))
                            : null;
            case "cancel/3" ->
                    parts.get(1).equals("job") ? new CancelJob(new JobId(parts.get(2))) : null;
            case "pause/2" -> parts.get(1).equals("all") ? new PauseAll() : null;
            case "pause/3" -> pause(parts.get(1), parts.get(2));
            case "pause/4" ->
                    parts.get(1).equals("batch")
                            ? new PauseBatch(parts.get(2), parts.get(3))
                            : null;
            case "breaker-reset/2" -> new BreakerReset(parts.get(1));
            case "worker/2" -> new Report(parts.get(1));
            case "cache-purge/2" -> new Purge(parts.get(1));
            case "cache/2" -> new CachePartition(number(parts.get(1), 0));
            case "api-key/2" -> new ApiKey(parts.get(1));
            case "budget-limit/3" ->
                    parts.get(1).equals("tenant") ? new TenantLimit(parts.get(2)) : null;
            case "budget-limit/4" -> limit(parts.get(1), parts.get(2), parts.get(3));
            case "budget/4" -> budget(parts.get(1), parts.get(2), parts.get(3));
            case "budget/5" ->
                    parts.get(1).equals("tenant")
                            ? periodicBudget(parts.get(2), parts.get(3), parts.get(4))
                            : null;
            default -> null;
        };
    }

    private static @Nullable ControlKey pause(String kind, String name) {
        return switch (kind) {
            case "model" -> new PauseModel(name);
            case "tenant" -> new PauseTenant(name);
            default -> null;
        };
    }

    private static @Nullable ControlKey limit(String kind, String tenant, String name) {
        return switch (kind) {
            case "batch" -> new BatchLimit(tenant, name);
            case "key" -> new KeyLimit(tenant, name);
            default -> null;
        };
    }

    private static @Nullable ControlKey budget(String kind, String tenant, String name) {
        return switch (kind) {
            case "tenant" -> name.equals(text(Period.TOTAL)) ? TenantBudget.total(tenant) : null;
            case "batch" -> new BatchBudget(tenant, name);
            case "key" -> new KeyBudget(tenant, name);
            default -> null;
        };
    }

    private static TenantBudget periodicBudget(String tenant, String period, String start) {
        for (Period each : Period.values()) {
            if (period.equals(text(each))) {
                return new TenantBudget(tenant, each, Optional.of(Instant.parse(start)));
            }
        }
        throw new IllegalArgumentException("unknown period " + period);
    }

    private static String text(Period period) {
        return period.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable ControlKey version(List<String> parts) {
        var number = number(parts.get(2), 1);
        return number > MAX_VERSION ? null : new PolicyVersion(parts.get(1), number);
    }

    private static int number(String text, int least) {
        var number = Integer.parseInt(text);
        if (number < least || !Integer.toString(number).equals(text)) {
            throw new IllegalArgumentException("must be a number from " + least + ", was " + text);
        }
        return number;
    }

    private static String join(String... parts) {
        return String.join(
                "/",
                Arrays.stream(parts)
                        .map(part -> part.replace("%", "%25").replace("/", "%2F"))
                        .toList());
    }

    private static String unescaped(String part) {
        return part.replace("%2F", "/").replace("%25", "%");
    }
}
