package dev.millrace.gateway.job;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.job.JobId;
import dev.millrace.gateway.tenant.TenantTotals;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels jobs, and their calls, when their clients disconnect. Writes each cancellation to the
 * control topic and removes it when the job has ended, so that the topic does not grow.
 *
 * <p>Writes on a dedicated thread; the methods can be called from any thread.
 */
final class JobCanceller {
    private static final Logger LOG = LoggerFactory.getLogger(JobCanceller.class);

    /** The issuer in the control topic; the gateway removes expired commands of this issuer. */
    private static final String BY = "gateway";

    /** Jobs beyond this number run to their end. */
    static final int MAX_JOBS = 1_000;

    /**
     * Lifetime of a cancellation. A cancellation that a killed gateway did not remove expires after
     * it.
     */
    private static final Duration LIFETIME = Duration.ofHours(24);

    /** Time after a job's deadline, by which a job that has reached Kafka has ended. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    /** Longest wait for the end of a job. Afterwards, the cancellation is kept until it expires. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

    private static final Duration CHECK_EVERY = Duration.ofSeconds(10);

    /** Wait after a write that failed. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Longest time that {@link #close} spends on writing cancellations. */
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    /** Wait between two writes, in which later changes are collected. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /**
     * <pre>
     * WANTED ─► WRITING ─► WRITTEN ─► ENDED ─► (removed)
     *    │          └──────────────────►┘
     *    └─► (removed, if the job ends before anything is written)
     * </pre>
     *
     * <p>Every state but ENDED is also left when the wait is over: the job may never have reached
     * Kafka.
     */
    private enum State {
        WANTED,
        WRITING,
        WRITTEN,
        ENDED
    }

    /**
     * A job that is being cancelled.
     *
     * @param tenant tenant of the job
     * @param expires time at which the job's cancellation expires
     * @param waitsUntil time until which the job's end is awaited
     */
    private record Entry(State state, String tenant, Instant expires, Instant waitsUntil) {
        Entry to(State next) {
            return new Entry(next, tenant, expires, waitsUntil);
        }

        boolean isOverdue(Instant now) {
            return state != State.ENDED && !now.isBefore(waitsUntil);
        }
    }

    /** Writes records to the control topic. */
    interface Control {
        /**
         * Writes records, and blocks until they are durable.
         *
         * @throws KafkaException if they are not
         */
        void write(List<ControlRecord> records);
    }

    private final Control control;
    private final InstantSource clock;
    private final Consumer<JobId> onDone;
    private final Map<String, Entry> jobs = new LinkedHashMap<>();
    private final Thread thread;
    private boolean stopping;

    /**
     * @param onDone called once for each job that {@link #cancel} accepted, when the job has ended
     *     or its end is no longer awaited
     */
    JobCanceller(Control control, InstantSource clock, Consumer<JobId> onDone) {
        this.control = control;
        this.clock = clock;
        this.onDone = onDone;
        thread = Thread.ofPlatform().name("millrace-gateway-cancel").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /**
     * Cancels a job. Returns false if the job is already being cancelled, or too many jobs are, in
     * total or of its tenant. Such a job runs to its end.
     *
     * @param deadline time after which no attempt of the job starts; {@link Instant#MAX} for none
     */
    synchronized boolean cancel(String tenant, JobId job, Instant deadline) {
        if (stopping || jobs.containsKey(job.value()) || !hasRoom(tenant)) {
            return false;
        }
        Instant now = clock.instant();
        Instant expires = earlier(now.plus(LIFETIME), deadline).plus(GRACE);
        Instant waitsUntil = earlier(now.plus(LONGEST_WAIT), expires);
        jobs.put(job.value(), new Entry(State.WANTED, tenant, expires, waitsUntil));
        notifyAll();
        return true;
    }

    /** Returns true if the tenant uses less than half of the room that other tenants leave. */
    private synchronized boolean hasRoom(String tenant) {
        long ofTenant = jobs.values().stream().filter(it -> it.tenant.equals(tenant)).count();
        return ofTenant < TenantTotals.mostOfTenant(MAX_JOBS, jobs.size() - ofTenant);
    }

    /** Returns true if the end of a job must be reported. */
    synchronized boolean awaits(String jobId) {
        Entry entry = jobs.get(jobId);
        return entry != null && entry.state != State.ENDED;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /** Reports the end of a job. */
    void onEnded(JobId job) {
        synchronized (this) {
            Entry entry = jobs.get(job.value());
            if (entry == null || entry.state == State.ENDED) {
                return;
            }
            if (entry.state == State.WANTED) {
                jobs.remove(job.value());
            } else {
                jobs.put(job.value(), entry.to(State.ENDED));
                notifyAll();
            }
        }
        onDone.accept(job);
    }

    private void run() {
        try {
            while (awaitWork()) {
                forgetOverdue();
                Thread.sleep(!hasWork() || runOnce() ? PAUSE : RETRY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("Jobs are no longer cancelled because of a fault");
        }
    }

    /** Waits until something is due; false if this canceller stops and nothing is. */
    private synchronized boolean awaitWork() throws InterruptedException {
        while (!stopping && !hasWork() && !hasOverdue()) {
            wait(CHECK_EVERY.toMillis());
        }
        return !stopping || hasWork();
    }

    private synchronized boolean hasWork() {
        return jobs.values().stream()
                .anyMatch(it -> it.state == State.WANTED || it.state == State.ENDED);
    }

    private synchronized boolean hasOverdue() {
        Instant now = clock.instant();
        return jobs.values().stream().anyMatch(it -> it.isOverdue(now));
    }

    /** Forgets the jobs that should have ended. */
    void forgetOverdue() {
        Instant now = clock.instant();
        var overdue = new ArrayList<JobId>();
        synchronized (this) {
            jobs.forEach(
                    (job, entry) -> {
                        if (entry.isOverdue(now)) {
                            overdue.add(new JobId(job));
                        }
                    });
            overdue.forEach(it -> jobs.remove(it.value()));
        }
        overdue.forEach(onDone);
    }

    /** Writes the changes that are due; false if the control topic could not be written. */
    private boolean runOnce() {
        List<String> wanted = take(State.WANTED, State.WRITING);
        List<String> ended = take(State.ENDED, State.ENDED);
        try {
            control.write(changes(wanted, ended));
        } catch (KafkaException e) {
            LOG.atWarn()
                    .addKeyValue("jobs", wanted.size())
                    .addKeyValue("problem", String.valueOf(e.getMessage()))
                    .log("Cancellations cannot be written yet");
            replace(wanted, State.WRITING, State.WANTED);
            return false;
        }
        replace(wanted, State.WRITING, State.WRITTEN);
        synchronized (this) {
            ended.forEach(jobs::remove);
        }
        return true;
    }

    private synchronized List<String> take(State from, State to) {
        var taken = new ArrayList<String>();
        jobs.forEach(
                (job, entry) -> {
                    if (entry.state == from) {
                        taken.add(job);
                    }
                });
        replace(taken, from, to);
        return taken;
    }

    private synchronized void replace(List<String> each, State from, State to) {
        each.forEach(
                job -> jobs.computeIfPresent(job, (_, it) -> it.state == from ? it.to(to) : it));
    }

    private List<ControlRecord> changes(List<String> wanted, List<String> ended) {
        Instant now = clock.instant();
        var records = new ArrayList<ControlRecord>();
        for (String job : wanted) {
            Instant expires = expires(job).orElse(now);
            records.add(command(expires).record(new ControlKey.CancelJob(new JobId(job))));
        }
        for (String job : ended) {
            records.add(ControlRecord.removal(new ControlKey.CancelJob(new JobId(job))));
        }
        return records;
    }

    private synchronized Optional<Instant> expires(String job) {
        return Optional.ofNullable(jobs.get(job)).map(Entry::expires);
    }

    /** Applies until it expires: brokers date the job, and their clock may be ahead. */
    private static OperatorCommand command(Instant expires) {
        return new OperatorCommand(expires, BY, Optional.of(expires), Optional.of(expires));
    }

    /**
     * Accepts no more jobs, and writes the cancellations that are due. Otherwise the jobs of
     * disconnected clients would still run and cost money. Gives up after {@link #LONGEST_CLOSE}.
     */
    void close() {
        close(LONGEST_CLOSE);
    }

    void close(Duration longest) {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        try {
            if (!thread.join(longest)) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
