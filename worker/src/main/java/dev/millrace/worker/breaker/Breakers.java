package dev.millrace.worker.breaker;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.BreakerEffect;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.breaker.Breaker.Change;
import dev.millrace.worker.breaker.Openings.Opening;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers.ProviderKey;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The breakers of all providers, models and keys that this worker calls, and the turns of the keys.
 * A call passes three breakers: of its provider, of its model, and of its key. Belongs to the
 * loop's thread.
 */
public final class Breakers {
    /**
     * After a job's trial has failed, longest time for which the job leaves a due trial to other
     * jobs.
     */
    private static final Duration LONGEST_PASS_AFTER_DUE = Duration.ofSeconds(30);

    private final WorkerConfig.Breaker settings;
    private final LoopClock clock;
    private final ToIntFunction<String> keys;
    private final BreakerReporter reporter;
    private final Supplier<StartedCalls> calls;
    private final Map<BreakerId, Breaker> all = new HashMap<>();
    private final Map<String, Route> routes = new HashMap<>();

    /** The model whose calls last closed a breaker. */
    private final Map<BreakerId, String> closedBy = new HashMap<>();

    /** Number of calls by provider, modulo 2^32. */
    private final Map<String, Integer> turns = new HashMap<>();

    /** The breakers that the calls of one model pass. */
    private record Route(Breaker provider, Breaker model, List<Breaker> keys) {
        Stream<Breaker> all() {
            return Stream.concat(Stream.of(provider, model), keys.stream());
        }
    }

    /**
     * The breakers' judgement of a failed call.
     *
     * @param excuse why the failure is not the job's fault
     * @param opened the breakers that the call opened at once
     * @param passNanos time for which the job leaves trial calls to other jobs; 0 for none
     */
    public record Judgement(Excuse excuse, Set<Opening> opened, long passNanos) {}

    /**
     * @param keys number of API keys by provider; less than 1 counts as 1
     */
    public Breakers(
            WorkerConfig.Breaker settings,
            LoopClock clock,
            ToIntFunction<String> keys,
            BreakerReporter reporter) {
        this(
                settings,
                clock,
                keys,
                reporter,
                () -> new StartedCalls(Breaker.judgedCalls(settings)));
    }

    Breakers(
            WorkerConfig.Breaker settings,
            LoopClock clock,
            ToIntFunction<String> keys,
            BreakerReporter reporter,
            Supplier<StartedCalls> calls) {
        this.settings = settings;
        this.clock = clock;
        this.keys = keys;
        this.reporter = reporter;
        this.calls = calls;
    }

    private Route route(Model model) {
        Route route = routes.get(model.name());
        if (route == null) {
            int count = Math.max(1, keys.applyAsInt(model.provider()));
            route =
                    new Route(
                            breaker(BreakerId.ofProvider(model)),
                            breaker(BreakerId.ofModel(model)),
                            IntStream.range(0, count)
                                    .mapToObj(key -> breaker(BreakerId.ofKey(model, key)))
                                    .toList());
            routes.put(model.name(), route);
        }
        return route;
    }

    private Breaker breaker(BreakerId id) {
        return all.computeIfAbsent(id, it -> new Breaker(it, settings, calls.get(), clock));
    }

    /**
     * Returns the nanoseconds until a call of the model may start, {@link Long#MAX_VALUE} if
     * unknown, or 0 for now.
     */
    public long waitNanos(Model model, long nowNanos) {
        Route route = route(model);
        long wait = Math.max(route.provider.waitNanos(nowNanos), route.model.waitNanos(nowNanos));
        long key = Long.MAX_VALUE;
        for (Breaker breaker : route.keys) {
            key = Math.min(key, breaker.waitNanos(nowNanos));
        }
        return Math.max(wait, key);
    }

    /**
     * Returns the longest time in nanoseconds for which a job whose trial failed leaves the next
     * call of the model to other jobs; 0 or less when that call is no trial of an open breaker.
     */
    public long passNanos(Model model, KeyChoice choice, long nowNanos) {
        Route route = route(model);
        Breaker key = route.keys.get(nextKey(model, choice, nowNanos));
        return Stream.of(route.provider, route.model, key)
                .filter(it -> !it.isClosed())
                .mapToLong(it -> it.trialDueNanos() + LONGEST_PASS_AFTER_DUE.toNanos() - nowNanos)
                .max()
                .orElse(0);
    }

    /**
     * Reserves capacity for a call of the model, which {@link #waitNanos} permits.
     *
     * @return index of the key to use, from 0
     */
    public int reserve(Object call, Model model, KeyChoice choice, long nowNanos) {
        Route route = route(model);
        int key = nextKey(model, choice, nowNanos);
        turns.merge(model.provider(), 1, Integer::sum);
        route.provider.reserve(call, nowNanos);
        route.model.reserve(call, nowNanos);
        route.keys.get(key).reserve(call, nowNanos);
        return key;
    }

    /** Returns the first key whose breaker permits a call, preferably one with room. */
    public int nextKey(Model model, KeyChoice choice, long nowNanos) {
        Route route = route(model);
        int turn = turns.getOrDefault(model.provider(), 0);
        int[] order = choice.order(route.keys.size(), turn);
        int permitted = -1;
        for (int key : order) {
            if (route.keys.get(key).waitNanos(nowNanos) == 0) {
                if (choice.hasRoom().test(key)) {
                    return key;
                }
                permitted = permitted < 0 ? key : permitted;
            }
        }
        return permitted < 0 ? order[0] : permitted;
    }

    /** Returns true when the breaker of a key permits a call of the model now. */
    public boolean permitsKey(Model model, int key, long nowNanos) {
        return route(model).keys.get(key).waitNanos(nowNanos) == 0;
    }

    /**
     * Returns true when a call of the model could use another key now.
     *
     * @param hasRoom whether the limits of a key permit a call now, by the key's index
     */
    public boolean hasOtherKey(Model model, int used, IntPredicate hasRoom, long nowNanos) {
        return IntStream.range(0, route(model).keys.size())
                .anyMatch(
                        key ->
                                key != used
                                        && permitsKey(model, key, nowNanos)
                                        && hasRoom.test(key));
    }

    /** Notes that a call, which has reserved, is sent now. */
    public void onSent(Object call, Model model, int key, long nowNanos) {
        Route route = route(model);
        route.provider.onSent(call, nowNanos);
        route.model.onSent(call, nowNanos);
        route.keys.get(key).onSent(call, nowNanos);
    }

    /** Takes back the reservation of a call that is not made or was aborted. */
    public void cancel(Object call, Model model, int key) {
        Route route = route(model);
        route.provider.cancel(call);
        route.model.cancel(call);
        route.keys.get(key).cancel(call);
    }

    /** Ends the reservation of a call that has reported. */
    public Judgement complete(
            Object call, Model model, int key, Verdict verdict, Duration took, long nowNanos) {
        Route route = route(model);
        var opened = new HashSet<Opening>();
        long pass = 0;
        boolean isOfModelAlone = isOfModelAlone(route, model, verdict);
        for (Breaker breaker : List.of(route.provider, route.model, route.keys.get(key))) {
            BreakerId.Scope scope = breaker.id().scope();
            Evidence evidence =
                    isOfModelAlone
                            ? Evidence.ofModelAlone(scope, verdict)
                            : Evidence.of(scope, verdict);
            Change change = breaker.complete(call, evidence, verdict, took.toNanos(), nowNanos);
            switch (change) {
                case NONE -> {}
                case OPENED -> {
                    if (isFatal(verdict)) {
                        opened.add(new Opening(breaker.id(), breaker.resets()));
                    }
                    reporter.onOpened(Objects.requireNonNull(breaker.open()));
                }
                case REOPENED -> {
                    long wait = breaker.waitNanos(nowNanos);
                    pass = Math.max(pass, wait + Math.min(wait, LONGEST_PASS_AFTER_DUE.toNanos()));
                }
                case CLOSED -> {
                    closedBy.put(breaker.id(), model.name());
                    reporter.onClosed(breaker.id());
                }
            }
        }
        return new Judgement(excuse(route, model, verdict), opened, pass);
    }

    /**
     * Returns true when the only key of a provider is refused for a model, and calls of another
     * model have closed its breaker. The key would stop the other model again and again.
     */
    private boolean isOfModelAlone(Route route, Model model, Verdict verdict) {
        Breaker key = route.keys.getFirst();
        String closer = closedBy.getOrDefault(key.id(), model.name());
        return route.keys.size() == 1
                && key.isClosed()
                && !closer.equals(model.name())
                && verdict instanceof Verdict.Failed failed
                && failed.error().breakerEffect() == BreakerEffect.OPENS_KEY;
    }

    /** Closes the breakers of API keys that were replaced. */
    public void onKeysReplaced(Collection<ProviderKey> replaced) {
        for (ProviderKey key : replaced) {
            Breaker breaker = all.get(BreakerId.ofKey(key));
            if (breaker != null) {
                closedBy.remove(breaker.id());
                boolean wasClosed = breaker.isClosed();
                breaker.reset();
                if (!wasClosed) {
                    reporter.onClosed(breaker.id());
                }
            }
        }
    }

    private static boolean isFatal(Verdict verdict) {
        return verdict instanceof Verdict.Failed failed
                && switch (failed.error().breakerEffect()) {
                    case OPENS, OPENS_KEY -> true;
                    case COUNTS, LOWERS_PACE, NONE -> false;
                };
    }

    private Excuse excuse(Route route, Model model, Verdict verdict) {
        boolean isOpen = !route.provider.isClosed() || !route.model.isClosed();
        if (!isFatal(verdict)
                && !(isOpen && Evidence.isOfProvider(verdict, route.model.hasAnswered()))) {
            return Excuse.NONE;
        }
        return heldBy(model).isPresent() ? Excuse.OPEN_BREAKER : Excuse.OTHER_KEY;
    }

    /** Returns a breaker that holds back the calls of the model; empty if none does. */
    public Optional<OpenBreaker> heldBy(Model model) {
        Route route = route(model);
        if (route.provider.isClosed() && route.model.isClosed()) {
            boolean hasKey = route.keys.stream().anyMatch(Breaker::isClosed);
            return hasKey
                    ? Optional.empty()
                    : route.keys.stream().flatMap(Breakers::open).findFirst();
        }
        return route.all().flatMap(Breakers::open).findFirst();
    }

    /**
     * Closes the breakers that the calls of a model pass: of its provider, of the model, and of the
     * provider's keys, and of its cheaper tier. Its calls can then start, and other models of the
     * provider benefit.
     */
    void reset(String model) {
        for (Map.Entry<String, Route> route : routes.entrySet()) {
            if (route.getKey().equals(model) || route.getKey().startsWith(model + "@")) {
                reset(route.getValue());
            }
        }
    }

    private void reset(Route route) {
        for (Breaker breaker : route.all().toList()) {
            if (!breaker.isClosed()) {
                breaker.reset();
                reporter.onClosed(breaker.id());
            }
        }
    }

    /** Calls an action with each breaker that is not closed. */
    void forEachOpen(Consumer<Breaker> action) {
        for (Breaker breaker : all.values()) {
            if (!breaker.isClosed()) {
                action.accept(breaker);
            }
        }
    }

    private static Stream<OpenBreaker> open(Breaker breaker) {
        return Stream.ofNullable(breaker.open());
    }

    /** Returns true when a breaker is not closed. */
    public boolean isAnyOpen() {
        return all.values().stream().anyMatch(it -> !it.isClosed());
    }

    /** Returns all breakers that are not closed, ordered by their names. */
    public List<OpenBreaker> open() {
        return all.values().stream()
                .flatMap(Breakers::open)
                .sorted((a, b) -> a.id().toString().compareTo(b.id().toString()))
                .toList();
    }
}
