package dev.millrace.worker.tier;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.catalog.CheaperTier;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.waiting.RecentTimes;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers.CallReport;
import dev.millrace.worker.quota.Quota;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Chooses the tier at which the next call of a job is bought. To limits, breakers and queues, the
 * cheaper tier of a model is a model of its own, so that its refusals slow no call at the standard
 * tier. Belongs to the loop's thread.
 *
 * <pre>
 *   cheaper tier ──refused──► waits ──► cheaper tier
 *        └───────── too late: spilled ────────┴──► standard tier
 * </pre>
 */
public final class Tiers {
    /** Wait after the first refusal of a job if the provider names none; doubles with each. */
    private static final Duration FIRST_WAIT = Duration.ofSeconds(2);

    private static final int MOST_DOUBLINGS = 5;

    /** Longest wait after a refusal, without its random extension. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    /**
     * Maximum random extension of a wait, as a share of the wait, so that calls do not coincide.
     */
    private static final double SPREAD = 0.5;

    /** Time for which a model without the tier is called at the standard tier only. */
    private static final Duration UNSUPPORTED_FOR = Duration.ofHours(1);

    /** Jobs whose mean size stands for all that wait. */
    private static final int SAMPLE = 200;

    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\w-]+");

    /** Waits that are part of the time that a call at the standard tier needs. */
    private static final Set<WaitingReason> OF_TURN =
            Set.of(
                    WaitingReason.CONFIGURED_LIMIT,
                    WaitingReason.RETRY_BUDGET,
                    WaitingReason.WARMING_PROMPT);

    private final LoopClock clock;
    private final Quota quota;
    private final Duration longestCall;
    private final int slots;
    private final int mostAttempts;

    /** The models with a cheaper tier, by the model's name. */
    private final Map<String, State> models = new HashMap<>();

    private final Set<String> queues;

    /** The cheaper tier of one model, and what was measured at both tiers. */
    private static final class State {
        final CheaperTier tier;
        final Model cheaper;

        /** Calls at the standard tier, from the wait for their turn to their end. */
        final RecentTimes standardCalls = new RecentTimes();

        /** Calls at the standard tier without this wait. */
        final RecentTimes standardSlots = new RecentTimes();

        final RecentTimes cheaperCalls = new RecentTimes();

        /** Time until which the provider does not have the tier; meaningless unless unsupported. */
        long unsupportedUntil;

        boolean isUnsupported;

        /**
         * Number of jobs that wait for the cheaper tier, all of which may need the standard one.
         */
        long waiting;

        /** Jobs whose call at the cheaper tier may fail, so that they need the standard one. */
        final Set<Job> running = new HashSet<>();

        /** Time between calls at the standard tier, at its limits. */
        Duration each = Duration.ZERO;

        State(CheaperTier tier, Model model) {
            this.tier = tier;
            this.cheaper = model.atTier(tier.name());
        }
    }

    /**
     * @param quota limits of the served models and of their {@link #calledModels cheaper tiers}
     * @param config has the longest call at the standard tier, which counts until calls were
     *     measured, and the limits of attempts and calls in flight
     */
    public Tiers(Collection<Model> served, Quota quota, WorkerConfig config, LoopClock clock) {
        this.clock = clock;
        this.quota = quota;
        longestCall = config.timeouts().total();
        slots = config.maxInFlight();
        // The others are left for the standard tier, so that no job ends because of the cheaper
        // one.
        mostAttempts = config.maxAttempts() / 2;
        for (Model model : served) {
            CheaperTier.of(model).ifPresent(it -> models.put(model.name(), new State(it, model)));
        }
        queues = Set.copyOf(names(served));
    }

    /** Returns the models and their cheaper tiers, which calls and limits treat as models. */
    public static List<Model> calledModels(Collection<Model> served) {
        var called = new ArrayList<>(served);
        for (Model model : served) {
            CheaperTier.of(model).ifPresent(it -> called.add(model.atTier(it.name())));
        }
        return called;
    }

    /** Returns the names of the cheaper tiers of models, as limits, queues and slots know them. */
    public static List<String> names(Collection<Model> served) {
        return calledModels(served).stream()
                .filter(it -> it.serviceTier().isPresent())
                .map(Model::name)
                .toList();
    }

    /** Passes each model with a cheaper tier, and the name of the queue of the tier. */
    public void forEachQueue(BiConsumer<String, String> action) {
        models.forEach((model, state) -> action.accept(model, state.cheaper.name()));
    }

    /** Returns true for the name of the queue of a cheaper tier. */
    public boolean isCheaperQueue(String queue) {
        return queues.contains(queue);
    }

    /** Chooses the tier of a job's next call. */
    public void choose(Job job) {
        State state = models.get(job.model().name());
        if (state == null) {
            return;
        }
        if (job.isBoughtCheaper() || !hasWaitedForItsTurn(job)) {
            job.onReady(clock.nanos());
        }
        if (mayBeBoughtCheaper(job)) {
            if (state.each.isZero()) {
                state.each = each(state, List.of(job));
            }
            boolean isLate =
                    job.attemptsAtModel() >= mostAttempts
                            || !starts(job, state).allowsCheaper(clock.now());
            boolean isCheaper = !isLate && !isUnsupported(state);
            // The standard tier would serve one after the other: one more job leaves the others
            // less time, one less leaves them more.
            int change = (isCheaper ? 1 : 0) - (job.isBoughtCheaper() ? 1 : 0);
            state.waiting = Math.max(0, state.waiting + change);
            job.buy(isCheaper ? state.cheaper : null, isLate && !isUnsupported(state));
        }
    }

    /** Returns true if a limit has held back the next call, rather than a failure or a pause. */
    private static boolean hasWaitedForItsTurn(Job job) {
        return job.hold() != null && OF_TURN.contains(job.hold().reason());
    }

    /** A body that names a tier is sent as it is. */
    private static boolean mayBeBoughtCheaper(Job job) {
        return job.headers().buy() == Buy.LOWEST && !job.namesTier();
    }

    private boolean isUnsupported(State state) {
        state.isUnsupported = state.isUnsupported && state.unsupportedUntil - clock.nanos() > 0;
        return state.isUnsupported;
    }

    private TierStarts starts(Job job, State state) {
        return TierStarts.of(
                Buy.doneBy(job.headers().deadline(), job.headers().submittedAt()),
                new TierStarts.Needs(
                        state.standardCalls.p99(longestCall),
                        state.cheaperCalls.p99(state.tier.timeout()),
                        state.each.multipliedBy(state.waiting)));
    }

    /** Returns true if a job that waits for the cheaper tier must leave it. */
    public boolean isTooLate(Job job) {
        State state = models.get(job.model().name());
        return state != null
                && (isUnsupported(state) || !starts(job, state).allowsCheaper(clock.now()));
    }

    /**
     * Notes how many jobs wait for the cheaper tier of a model.
     *
     * @param jobs their number, with jobs that are not admitted yet
     * @param admitted the admitted ones
     */
    public void onBacklog(String model, long jobs, Collection<Job> admitted) {
        State state = models.get(model);
        if (state != null) {
            state.running.removeIf(job -> !job.isRunning());
            state.each = each(state, admitted.isEmpty() ? state.running : admitted);
            state.waiting = jobs + state.running.size();
        }
    }

    /** Returns the jobs of a model whose calls run at its cheaper tier. */
    public Set<Job> running(String model) {
        State state = models.get(model);
        return state == null ? Set.of() : Collections.unmodifiableSet(state.running);
    }

    /** Returns the time between calls at the standard tier, at its limits or slots. */
    private Duration each(State state, Collection<Job> jobs) {
        long bySlots = state.standardSlots.mean(longestCall).dividedBy(slots).toNanos();
        double byLimits =
                jobs.stream()
                        .limit(SAMPLE)
                        .mapToLong(job -> quota.standard(job).callNanos(job))
                        .average()
                        .orElse(0);
        return Duration.ofNanos(Math.max(bySlots, (long) byLimits));
    }

    /**
     * Notes that the call of a job starts.
     *
     * @return the longest duration of the call, in nanoseconds: a call at the cheaper tier ends in
     *     time for a call at the standard one; 0 for the configured one
     */
    public long onStarted(Job job) {
        State state = models.get(job.model().name());
        if (state == null || !job.isBoughtCheaper()) {
            return 0;
        }
        state.running.add(job);
        Duration left = Duration.between(clock.now(), starts(job, state).standard());
        Duration longest = left.compareTo(state.tier.timeout()) < 0 ? left : state.tier.timeout();
        return Math.max(1, longest.toNanos());
    }

    /**
     * Returns the report of a call as the limits see it. A provider without capacity for the
     * cheaper tier has refused the call, whatever its status, and bills nothing. No wait that it
     * asks for after another failure makes the job too late for the standard tier.
     */
    public CallReport judged(Job job, CallReport report) {
        if (!isRefusal(job, report)) {
            return withPossibleWait(job, report);
        }
        var failed = (Verdict.Failed) report.verdict();
        return report.with(
                new Verdict.Failed(
                        ErrorCode.RATE_LIMIT_EXCEEDED,
                        failed.message(),
                        failed.response(),
                        failed.retryAfter(),
                        Billing.NOTHING));
    }

    private CallReport withPossibleWait(Job job, CallReport report) {
        State state = models.get(job.model().name());
        if (state == null
                || !job.isBoughtCheaper()
                || !(report.verdict() instanceof Verdict.Failed failed)
                || failed.retryAfter() == null) {
            return report;
        }
        Duration left = untilStandard(job, state);
        return failed.retryAfter().compareTo(left) <= 0
                ? report
                : report.with(
                        new Verdict.Failed(
                                failed.error(),
                                failed.message(),
                                failed.response(),
                                left,
                                failed.billing(),
                                failed.repetition()));
    }

    /** Returns how long the job can wait before it is called at the standard tier. */
    private Duration untilStandard(Job job, State state) {
        Duration left = Duration.between(clock.now(), starts(job, state).cheaper());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Returns true if the provider had no capacity for the cheaper tier. */
    private boolean isRefusal(Job job, CallReport report) {
        State state = models.get(job.model().name());
        return state != null
                && job.isBoughtCheaper()
                && report.verdict() instanceof Verdict.Failed failed
                && failed.response() != null
                && !(failed.billing() instanceof Billing.Billed)
                && (failed.error() == ErrorCode.RATE_LIMIT_EXCEEDED
                        || (failed.error() == ErrorCode.SERVER_ERROR
                                && state.tier.refused().contains(failed.response().status())));
    }

    /** Returns true if the provider does not have the tier for the model. */
    private static boolean lacksTier(State state, CallReport report) {
        if (!(report.verdict() instanceof Verdict.Failed failed) || failed.response() == null) {
            return false;
        }
        String message = failed.message().toLowerCase(Locale.ROOT);
        return state.tier.unsupported().contains(failed.response().status())
                && (message.contains("service_tier")
                        || message.contains("service tier")
                        // As a word: messages about requests can contain "flexible".
                        || BETWEEN_WORDS
                                .splitAsStream(message)
                                .anyMatch(state.tier.name()::equalsIgnoreCase));
    }

    /** Without calls that time out, a tier that got slow would count as fast. */
    private static boolean isMeasured(Verdict verdict) {
        return verdict instanceof Verdict.Answered
                || (verdict instanceof Verdict.Failed failed
                        && failed.error() == ErrorCode.TIMEOUT);
    }

    /**
     * Learns from the judged report of a call.
     *
     * @return true if the failure is the tier's: the job waits or is called at the standard tier,
     *     and has as many attempts left as before
     */
    public boolean onReport(Job job, CallReport report) {
        State state = models.get(job.model().name());
        if (state == null) {
            return false;
        }
        boolean hasRun = state.running.remove(job);
        if (!report.called()) {
            return false;
        }
        if (hasRun && report.verdict() instanceof Verdict.Answered) {
            state.waiting = Math.max(0, state.waiting - 1);
        }
        if (isMeasured(report.verdict())) {
            if (job.isBoughtCheaper()) {
                state.cheaperCalls.add(report.took());
            } else {
                long sinceReady = clock.nanos() - job.readyNanos();
                state.standardSlots.add(report.took());
                state.standardCalls.add(
                        Duration.ofNanos(Math.max(report.took().toNanos(), sinceReady)));
            }
            return false;
        }
        if (job.isBoughtCheaper() && lacksTier(state, report)) {
            state.isUnsupported = true;
            state.unsupportedUntil = clock.nanos() + UNSUPPORTED_FOR.toNanos();
            return true;
        }
        return isRefusal(job, report);
    }

    /**
     * Returns how long a job waits after a call that {@link #onReport} has judged to be the tier's
     * failure: as long as the provider asks, a minute at most, or for a growing time, each
     * lengthened at random by up to a half, but never too long for the standard tier.
     *
     * @param refusals consecutive refusals of the job, 1 or more
     */
    public Duration waitAfter(CallReport report, Job job, int refusals, RandomGenerator random) {
        State state = models.get(job.model().name());
        if (state == null || isUnsupported(state)) {
            return Duration.ZERO;
        }
        Duration asked =
                report.verdict() instanceof Verdict.Failed failed ? failed.retryAfter() : null;
        Duration least =
                asked == null
                        ? FIRST_WAIT.multipliedBy(1L << Math.min(refusals - 1, MOST_DOUBLINGS))
                        : asked;
        Duration bound = least.compareTo(LONGEST_WAIT) < 0 ? least : LONGEST_WAIT;
        Duration wait = bound.plusNanos((long) (bound.toNanos() * SPREAD * random.nextDouble()));
        Duration left = untilStandard(job, state);
        return wait.compareTo(left) < 0 ? wait : left;
    }

    /** Describes the wait of a job for the cheaper tier. */
    public Hold hold(Job job, String why) {
        State state = models.get(job.model().name());
        String until =
                state == null
                        ? ""
                        : "; at the standard tier from "
                                + starts(job, state).cheaper().truncatedTo(ChronoUnit.SECONDS);
        return new Hold(
                WaitingReason.CHEAPER_TIER,
                job.called().serviceTier().orElse("the cheaper tier") + ": " + why + until);
    }
}
