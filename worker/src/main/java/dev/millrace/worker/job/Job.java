package dev.millrace.worker.job;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.breaker.Excuse;
import dev.millrace.worker.ledger.OpenJob;
import dev.millrace.worker.outcome.AttemptCosts;
import dev.millrace.worker.port.Providers;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A job that this worker has taken and not finished. Belongs to the loop's thread; a running call
 * reads its record and its model, which never change.
 *
 * <pre>
 *          onAnnounced          onLaunched         waitUntil         makeReady
 *   READY ─────────────► STARTING ────────► RUNNING ────────► WAITING ────────► READY
 *    │  ▲                   │                  │                 ▲
 *    │  └─── onWithdrawn ───┴──── makeReady ───┘                 │
 *    └── waitUntil: a limit or a pause holds back this job alone ┘
 *
 *   any state ──► ENDED   settled, dead-lettered, released, aborted, or lost with its partition
 * </pre>
 *
 * <p>A job is STARTING only during a commit, and ends in that state only if the commit fails
 * because of a bug.
 */
public final class Job {
    private final Partition partition;
    private final ConsumerRecord<byte[], byte[]> record;
    private final JobHeaders headers;
    private final Model model;
    private final AttemptCosts costs;
    private final @Nullable JobPrompt prompt;
    private final CallTimes times;
    private final BreakerHistory breakers = new BreakerHistory();
    private final FailedCalls failedCalls = new FailedCalls();

    private State state = State.READY;
    private @Nullable RequestLine line;
    private @Nullable LaunchedCall call;
    private int attempts;
    private boolean isPoisonCandidate;
    private Excuse excuse = Excuse.NONE;
    private int key;
    private boolean hasOtherKey;
    private Model called;
    private boolean isSpilled;
    private int refusals;
    private long readyNanos;
    private @Nullable Boolean namesTier;
    private @Nullable CallPermits reservation;
    private long dueNanos;
    private @Nullable Hold hold;
    private List<String> addedFields = List.of();

    private enum State {
        READY,
        STARTING,
        RUNNING,
        WAITING,
        ENDED
    }

    /** Creates a job that is ready and shares no prompt. */
    public Job(
            Partition partition,
            ConsumerRecord<byte[], byte[]> record,
            JobHeaders headers,
            Model model,
            AttemptCosts costs) {
        this(partition, record, headers, model, costs, null);
    }

    /**
     * Creates a job that is ready.
     *
     * @param prompt prefix that other jobs can share; null for none
     */
    public Job(
            Partition partition,
            ConsumerRecord<byte[], byte[]> record,
            JobHeaders headers,
            Model model,
            AttemptCosts costs,
            @Nullable JobPrompt prompt) {
        this.partition = partition;
        this.record = record;
        this.headers = headers;
        this.model = model;
        this.called = model;
        this.costs = costs;
        this.prompt = prompt;
        this.times = new CallTimes(headers.submittedAt());
        this.attempts = headers.attempts();
    }

    /**
     * Adds the attempts of an earlier owner. The outcome of a still running attempt is unknown: it
     * can have been billed, so it counts. A job that crashes its worker each time therefore runs
     * out of attempts.
     *
     * @param maxAttempts most calls of one job at one model, over all owners
     */
    public void onInherited(OpenJob inherited, int maxAttempts) {
        require(state == State.READY && call == null, "is inherited");
        attempts += inherited.attempts();
        costs.onUnknownAttempts(inherited.billable());
        if (inherited.running()) {
            line = JobRecord.line(record);
            costs.onUnreportedAttempt(attempts, line);
        }
        isPoisonCandidate = inherited.running() && attemptsAtModel() == maxAttempts - 1;
    }

    /** Makes the job ready, because its wait is over or its call can be announced again at once. */
    public void makeReady() {
        require(state != State.STARTING && state != State.ENDED, "becomes ready");
        state = State.READY;
    }

    /**
     * Makes the job wait until a time, for its next attempt or the next check of its limits.
     *
     * @param why reason for the wait
     */
    public void waitUntil(long dueNanos, Hold why) {
        require(state == State.READY || state == State.RUNNING, "waits");
        state = State.WAITING;
        this.dueNanos = dueNanos;
        hold = why;
    }

    /** Marks the job's call as running in the ledger, which the next transaction writes. */
    public void onAnnounced() {
        require(state == State.READY, "is announced");
        state = State.STARTING;
        attempts++;
        partition.ledger().start(offset());
    }

    /**
     * Takes back {@link #onAnnounced}: the call is not made, because its transaction is possibly
     * not written.
     */
    public void onWithdrawn() {
        require(state == State.STARTING, "is withdrawn");
        state = State.READY;
        attempts--;
        partition.ledger().withdraw(offset());
    }

    /** Records that the call is sent, because its announcement is written. */
    public LaunchedCall onLaunched(Instant now) {
        require(state == State.STARTING, "is launched");
        state = State.RUNNING;
        hold = null;
        excuse = Excuse.NONE;
        failedCalls.onLaunched();
        times.onLaunched(now);
        call = new LaunchedCall(this);
        return call;
    }

    /**
     * Records the result of the running call. A call that was not attempted does not count as an
     * attempt, nor does an excused one. The caller then decides how the job continues.
     */
    public void onReport(Providers.CallReport report) {
        require(state == State.RUNNING, "has a report");
        if (report.line() != null) {
            line = report.line();
        }
        times.onReport(report);
        addedFields = report.addedFields();
        if (isAttempt(report)) {
            Instant start = Objects.requireNonNull(times.lastStart());
            costs.onAttempt(
                    attempts, report.verdict().billing(), line, start, start.plus(report.took()));
        } else {
            attempts--;
        }
        if (excuse == Excuse.NONE) {
            failedCalls.onVerdict(report.verdict());
        }
    }

    /** Returns true when the reported call counts as an attempt. */
    public boolean isAttempt(Providers.CallReport report) {
        boolean isUnbilled = report.verdict().billing() instanceof Billing.Nothing;
        return report.called() && (excuse == Excuse.NONE || !isUnbilled);
    }

    /** Records that the running call is aborted, and possibly billed. The job must end next. */
    public void onAborted() {
        require(state == State.RUNNING, "is aborted");
        if (line == null) {
            line = JobRecord.line(record);
        }
        costs.onUnreportedAttempt(attempts, line);
    }

    /** Ends the job in this worker: it is settled, or another worker continues with it. */
    public void end(long nowNanos) {
        require(state != State.ENDED, "ends");
        state = State.ENDED;
        if (prompt != null) {
            prompt.onEnded(nowNanos);
        }
        partition.onEnded(this);
    }

    private void require(boolean isLegal, String event) {
        if (!isLegal) {
            throw new IllegalStateException(
                    "job %s of %s %s while %s"
                            .formatted(headers.jobId(), partition.id(), event, state));
        }
    }

    /**
     * Records why the failure of the running call is not the job's fault. An excused call counts as
     * no attempt, unless it was possibly billed.
     */
    public void excuseCall(Excuse reason) {
        require(state == State.RUNNING, "is excused");
        excuse = reason;
    }

    /** Returns why the failure of the latest call is not the job's fault. */
    public Excuse excuse() {
        return excuse;
    }

    /** Returns the breakers' memory of the job. */
    public BreakerHistory breakers() {
        return breakers;
    }

    /** Returns the failed calls of the job in this worker, without excused ones. */
    public FailedCalls failedCalls() {
        return failedCalls;
    }

    /** Returns the times of the job's calls. */
    public CallTimes times() {
        return times;
    }

    /**
     * Returns the start of the last call of the current model, in milliseconds since the epoch;
     * null before the first call. A call of an earlier owner has no known time, and counts as made
     * now.
     */
    public @Nullable Long calledMillis(Instant now) {
        Instant called = times.lastCalled();
        if (called == null) {
            return attemptsAtModel() == 0 ? null : Long.valueOf(now.toEpochMilli());
        }
        return called.toEpochMilli();
    }

    /** Returns the times of the job, which ends now. */
    public JobTimes timesAtEnd(Instant now) {
        Long called = headers.position() == 0 ? calledMillis(now) : firstModelCalledMillis();
        return new JobTimes(
                times.upstreamMs(),
                times.queuedMs(now),
                called == null ? null : Math.max(0, now.toEpochMilli() - called));
    }

    private @Nullable Long firstModelCalledMillis() {
        List<Fallback> left = headers.fallbacks();
        return left.isEmpty() ? null : left.getFirst().calledMillis();
    }

    /**
     * Sets the tier at which the job's next call is bought.
     *
     * @param cheaper the cheaper tier of the model; null for the standard tier
     * @param isSpilled true if it is too late for the cheaper tier
     */
    public void buy(@Nullable Model cheaper, boolean isSpilled) {
        called = cheaper == null ? model : cheaper;
        this.isSpilled = isSpilled;
        costs.onBought(called.serviceTier().orElse(null), isSpilled);
    }

    /**
     * Returns the model of the next or latest call as limits and breakers see it: the cheaper tier
     * of the job's model is a model of its own.
     */
    public Model called() {
        return called;
    }

    /** Returns true if the next or latest call is bought at a cheaper tier. */
    public boolean isBoughtCheaper() {
        return called.serviceTier().isPresent();
    }

    /** Returns true if it was too late for the cheaper tier of the job's model. */
    public boolean isSpilled() {
        return isSpilled;
    }

    /** Returns the name of the queue in which the job waits for its turn. */
    public String queue() {
        return isBoughtCheaper() ? called.name() : partition.model();
    }

    /** Returns true if the job's body names a service tier, which is sent as it is. */
    public boolean namesTier() {
        Boolean known = namesTier;
        if (known == null) {
            RequestLine parsed = line();
            known = parsed != null && parsed.pricedFields().tier() != null;
            namesTier = known;
        }
        return known;
    }

    /** Notes the time at which the job begins to wait for its turn. */
    public void onReady(long nowNanos) {
        readyNanos = nowNanos;
    }

    /** Returns the time at which the job last began to wait for its turn. */
    public long readyNanos() {
        return readyNanos;
    }

    /** Counts a refused call at the cheaper tier, and returns the number of them in a row. */
    public int onRefused() {
        refusals++;
        return refusals;
    }

    /** Sets the API key of the job's next call; see {@link Providers.CallRequest#key}. */
    public void useKey(int key) {
        this.key = key;
    }

    /** Records whether another API key has room for a call that the provider has refused. */
    public void onOtherKey(boolean isLeft) {
        hasOtherKey = isLeft;
    }

    /** Returns true when another API key has room for the job's refused call. */
    public boolean hasOtherKey() {
        return hasOtherKey;
    }

    /** Returns the API key of the job's latest call. */
    public int key() {
        return key;
    }

    /** Keeps what the job's next call has taken from the limits of its provider. */
    public void reserve(CallPermits taken) {
        reservation = taken;
    }

    /** Returns the reservation of the latest call; null if no limit applied. */
    public @Nullable CallPermits reservation() {
        return reservation;
    }

    /** Takes the reservation of the latest call; null if no limit applied. */
    public @Nullable CallPermits takeReservation() {
        CallPermits taken = reservation;
        reservation = null;
        return taken;
    }

    /** Cancels the latest call, if there is one; its report still follows. */
    public void cancelCall() {
        if (call != null) {
            call.cancel();
        }
    }

    /** Cancels the running call because the job is cancelled; its report still follows. */
    public void cancelCallWithJob() {
        require(state == State.RUNNING, "is cancelled with its call");
        if (call != null) {
            call.cancelWithJob();
        }
    }

    /** Returns true if no call of the job was started here, by this owner or an earlier one. */
    public boolean isUncalled() {
        return call == null && attemptsAtModel() == 0;
    }

    public boolean isReady() {
        return state == State.READY;
    }

    /** Returns true from the launch of a call until its report is handled. */
    public boolean isRunning() {
        return state == State.RUNNING;
    }

    public boolean isWaiting() {
        return state == State.WAITING;
    }

    public boolean hasEnded() {
        return state == State.ENDED;
    }

    public Partition partition() {
        return partition;
    }

    public ConsumerRecord<byte[], byte[]> record() {
        return record;
    }

    public JobHeaders headers() {
        return headers;
    }

    public Model model() {
        return model;
    }

    public long offset() {
        return record.offset();
    }

    /**
     * Returns the number of calls started for the job, including other models and earlier owners.
     */
    public int attempts() {
        return attempts;
    }

    /** Returns the number of calls started for the job at its current model, by any owner. */
    public int attemptsAtModel() {
        return attempts - headers.attempts() + headers.earlier().attemptsAtModel();
    }

    /** Returns the prefix that other jobs can share; null for none. */
    public @Nullable JobPrompt prompt() {
        return prompt;
    }

    /** Returns the fields that the job's latest call has added for the cache of its provider. */
    public List<String> addedFields() {
        return addedFields;
    }

    /** Returns the job's last reason to wait; null if it has not waited since its last call. */
    public @Nullable Hold hold() {
        return hold;
    }

    /** Returns the nanosecond time until which the job waits or waited. */
    public long dueNanos() {
        return dueNanos;
    }

    /**
     * Returns true when the job's call must run alone: each attempt so far has possibly killed its
     * worker, and the next one is the last. Run alone, a job that kills workers wastes no other
     * job's last attempt.
     */
    public boolean isPoisonCandidate() {
        return isPoisonCandidate;
    }

    /**
     * Returns the lane that the job was routed to. At its current model, the job can be in another
     * lane.
     */
    public Lane routedLane() {
        return headers.routedLane(partition.lane());
    }

    /** Returns true for a job of a critical lane, which may use the reserve of slots. */
    public boolean isCritical() {
        return partition.lane().isCritical();
    }

    /** Returns the bytes that the job holds while it is open. */
    public long bytes() {
        return RecordBuffer.bytes(record);
    }

    /**
     * Returns the amount known to be billed so far in this worker and at earlier models, in US
     * dollars.
     */
    public BigDecimal billedUsd() {
        return costs.billedUsd();
    }

    /** Returns true if the money reserved for the job covers another attempt at its model. */
    public boolean coversAttempt() {
        return costs.coversAttempt();
    }

    /** Returns true if money for another attempt at its model is reserved, or can still be. */
    public boolean allowsAttempt() {
        return costs.allowsAttempt(attempts);
    }

    /**
     * Returns the cost of the last attempt if the job then exceeds its reservation, in US dollars;
     * otherwise 0.
     */
    public BigDecimal excessiveCostUsd() {
        return costs.excessiveCostUsd();
    }

    /** Returns why the job gets no further attempt; call it only for a job with a cost limit. */
    public String costShortage() {
        return costs.shortage();
    }

    /** Returns the job's headers, with the highest amount that the job can have spent so far. */
    public JobHeaders headersWithSpending() {
        return costs.headersWithSpending();
    }

    /** Returns the cost of the attempt that has ended until it is taken; null for none. */
    public @Nullable AttemptCost lastCost() {
        return costs.last();
    }

    /** Takes the cost of the attempt that has ended; empty if nothing was billed. */
    public Optional<AttemptCost> takeAttemptCost() {
        return costs.takeLast();
    }

    /** Takes the cost of the attempt that ended the job. */
    public AttemptCost takeFinalCost() {
        return costs.takeFinal(attempts);
    }

    /** Returns the job's batch line; null if the record is not a batch line. */
    public @Nullable RequestLine line() {
        return line == null ? JobRecord.line(record) : line;
    }

    /** Returns the record with all its headers. */
    public ConsumerRecord<byte[], byte[]> original() {
        return JobRecord.original(record, headers);
    }
}
