package dev.millrace.router.hold;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.trace.Traces;
import dev.millrace.contracts.waiting.LatestStart;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.router.entry.TreeStore;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.topology.TestClock;
import dev.millrace.router.waiting.OldestWaitingJob;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A random history of the held jobs of one partition over some days. Topics are deleted and
 * created, measured times change, jobs are cancelled, routers crash and restart. Guarantees:
 *
 * <ul>
 *   <li>each job has one end: it is released, or refused
 *   <li>no job waits after its latest safe start, or while its model can be called cheaply and its
 *       limit is not used up
 *   <li>jobs that wait for an hour start so early that the limit of their model lets all of them
 *       start safely
 *   <li>no job waits without a reported reason
 *   <li>a restart, or another owner of the partition, releases no job
 * </ul>
 */
final class HoldSimulation implements HoldOutputs {
    private static final Duration STEP = Duration.ofSeconds(10);
    private static final Duration DAY = Duration.ofDays(1);

    /** Time that the limit of the slow model leaves to each call. */
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static final List<HeldModel> MODELS = List.of(HeldModel.values());

    /** Faults, each of which a guarantee must find. */
    enum Fault {
        NONE,
        /** Ignores the measured time in queue and call. */
        LATE,
        /** Releases jobs for an hour as if the model had no limits. */
        UNPACED,
        /** Reports nothing. */
        SILENT,
        /** Takes all jobs to be late when a router starts. */
        LATE_AT_START,
        /** Loses the work of most turns. */
        LOST_TURNS
    }

    private final Random random;
    private final Fault fault;
    private final TestClock clock = new TestClock(Instant.parse("2026-11-19T20:00:00Z"));
    private final TreeStore entries = new TreeStore();
    private final Set<String> missing = new HashSet<>();
    private final Map<String, Duration> slowest = new HashMap<>();
    private final Map<JobId, JobHeaders> held = new LinkedHashMap<>();
    private final Map<JobId, Integer> ends = new HashMap<>();
    private final List<Runnable> uncommitted = new ArrayList<>();
    private ControlState control = ControlState.EMPTY;
    private @Nullable WorkerReport reported;
    private HeldJobs jobs;
    private int submitted;

    /** When the partition got its owner, which does not know how much of a limit is used up. */
    private Instant opened = clock.instant();

    /** Time until which the started jobs use up the limit of the slow model. */
    private Instant busyUntil = clock.instant();

    HoldSimulation(long seed, Fault fault) {
        random = new Random(seed);
        this.fault = fault;
        jobs = open();
    }

    private HeldJobs open() {
        opened = clock.instant();
        return new HeldJobs(
                entries,
                new HoldServices(
                        () -> control,
                        it ->
                                missing.contains(it)
                                        ? Optional.of("its topic is missing")
                                        : Optional.empty(),
                        it -> it,
                        _ -> Optional.empty(),
                        new CheaperHours(
                                it -> Optional.of(HeldModel.valueOf(upper(it)).toModel()),
                                this::assumed,
                                fault == Fault.UNPACED ? 0 : 1),
                        new OldestWaitingJob(),
                        Traces.OFF,
                        clock,
                        new InternalErrors(new SimpleMeterRegistry())),
                this,
                0);
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }

    private Duration assumed(String model) {
        return fault == Fault.LATE ? Duration.ZERO : measured(model);
    }

    private Duration measured(String model) {
        return slowest.getOrDefault(model, LatestStart.UNMEASURED);
    }

    @Override
    public void release(PlannedRecord job) {
        uncommitted.add(() -> end(job));
    }

    @Override
    public void refuse(PlannedRecord job, Rejection rejection) {
        uncommitted.add(() -> end(job));
    }

    private void end(PlannedRecord job) {
        JobId id = job.job().identity().jobId();
        held.remove(id);
        ends.merge(id, 1, Integer::sum);
        if (job.job().headers().model().equals(HeldModel.SLOW.word())) {
            Instant now = clock.instant();
            busyUntil = (busyUntil.isBefore(now) ? now : busyUntil).plus(MINUTE);
        }
    }

    @Override
    public void bury(UnreadableJob job, String message) {
        throw new AssertionError("no entry is damaged: " + message);
    }

    @Override
    public void report(WorkerReport report) {
        if (fault != Fault.SILENT) {
            uncommitted.add(() -> reported = report);
        }
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            // Reports are two seconds apart at least.
            tick();
            tick();
            check();
        }
        missing.clear();
        for (int i = 0; i < 9 * 4 && !held.isEmpty(); i++) {
            clock.advance(DAY.dividedBy(4));
            tick();
            tick();
        }
        assertThat(held).as("jobs that wait for ever").isEmpty();
        assertThat(ends.values()).as("ends of each job").hasSize(submitted).containsOnly(1);
        assertThat(entries.count('1')).as("entries of ended jobs").isZero();
    }

    private void step() {
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> {
                int count = 1 + random.nextInt(4);
                for (int i = 0; i < count; i++) {
                    submit();
                }
            }
            case 4 -> toggleTopic();
            case 5 -> slowest.put(any().word(), Duration.ofSeconds(1 + random.nextInt(900)));
            case 6 -> restart();
            case 7 -> crash();
            case 8 -> cancel();
            case 9 -> submitMany();
            default -> pass(random.nextInt(60));
        }
    }

    private HeldModel any() {
        return MODELS.get(random.nextInt(MODELS.size()));
    }

    private void submit() {
        Instant now = clock.instant();
        submit(
                any(),
                random.nextInt(4) == 0 ? Buy.STANDARD : Buy.LOWEST,
                random.nextInt(5) == 0 ? null : now.plusSeconds(60 + random.nextInt(30 * 3_600)));
    }

    /** Submits many jobs with one deadline, which their model's limit paces. */
    private void submitMany() {
        Instant deadline = clock.instant().plusSeconds(600 + random.nextInt(6 * 3_600));
        for (int i = 0; i < 30; i++) {
            submit(HeldModel.SLOW, Buy.LOWEST, deadline);
        }
    }

    private void submit(HeldModel model, Buy buy, @Nullable Instant deadline) {
        Instant now = clock.instant();
        JobHeaders headers = model.job("job-" + submitted++, buy, deadline, now);
        held.put(headers.jobId(), headers);
        PlannedRecord job = record(headers, now);
        if (jobs.mustWait(headers)) {
            jobs.onJob(job);
        } else {
            release(job);
        }
        commit();
    }

    private static PlannedRecord record(JobHeaders headers, Instant now) {
        byte[] line =
                """
                {"custom_id":"a","url":"/v1/chat/completions","body":{"model":"x","messages":[]}}"""
                        .getBytes(UTF_8);
        var identity = new JobIdentity(headers.jobId(), "a", "acme", "b", null, null);
        return new PlannedRecord(
                new PlannedJob(identity, new Origin("requests", 0, 0), headers, line),
                null,
                new RecordHeaders(),
                0,
                now.toEpochMilli());
    }

    private void toggleTopic() {
        String model = any().word();
        if (!missing.remove(model) && random.nextInt(3) == 0) {
            missing.add(model);
        }
    }

    private void pass(int minutes) {
        for (int i = 0; i < minutes * 6; i++) {
            clock.advance(STEP);
            turn();
        }
    }

    /** Starts another owner of the partition, which restores the store. */
    private void restart() {
        tick();
        jobs.close();
        if (fault == Fault.LATE_AT_START) {
            for (HeldModel model : HeldModel.values()) {
                slowest.put(model.word(), DAY.multipliedBy(2));
            }
        }
        Set<JobId> before = Set.copyOf(held.keySet());
        jobs = open();
        turn();
        assertThat(held.keySet()).as("jobs held after a restart").isEqualTo(before);
    }

    private void crash() {
        clock.advance(Duration.ofSeconds(1));
        jobs.onTick();
        entries.abort();
        uncommitted.clear();
        // The next owner of the partition starts after the last report has expired.
        clock.advance(WorkerReport.VALIDITY);
        jobs = open();
        turn();
    }

    private void cancel() {
        held.keySet().stream()
                .skip(held.isEmpty() ? 0 : random.nextInt(held.size()))
                .findFirst()
                .ifPresent(
                        it -> {
                            var command =
                                    new OperatorCommand(clock.instant(), "me")
                                            .record(new ControlKey.CancelJob(it));
                            control = control.with(command.key().text(), command.value());
                        });
    }

    private void tick() {
        clock.advance(Duration.ofSeconds(2));
        turn();
    }

    private void turn() {
        if (fault == Fault.LOST_TURNS && random.nextInt(3) > 0) {
            jobs.onTick();
            entries.abort();
            uncommitted.clear();
            jobs = open();
            return;
        }
        jobs.onTick();
        commit();
    }

    private void commit() {
        entries.commit();
        uncommitted.forEach(Runnable::run);
        uncommitted.clear();
    }

    private void check() {
        Instant now = clock.instant();
        List<JobHeaders> waiting =
                held.values().stream().filter(it -> !missing.contains(it.model())).toList();
        for (JobHeaders job : waiting) {
            assertThat((isDear(now) && hasHours(job)) || isPaced(job, now))
                    .as("%s waits although its model costs little now, %s", job.jobId(), now)
                    .isTrue();
        }
        for (HeldModel model : HeldModel.values()) {
            checkStarts(
                    waiting.stream().filter(it -> it.model().equals(model.word())).toList(),
                    model,
                    now);
        }
        checkReasons(now);
    }

    private boolean isPaced(JobHeaders job, Instant now) {
        return job.model().equals(HeldModel.SLOW.word())
                && (busyUntil.isAfter(now) || opened.plus(MINUTE).isAfter(now));
    }

    private static boolean hasHours(JobHeaders job) {
        return HeldModel.valueOf(upper(job.model())) != HeldModel.FLAT;
    }

    /** Returns true in DeepSeek's peak hours, without the rules of the catalog. */
    private static boolean isDear(Instant now) {
        var local = now.atZone(ZoneOffset.UTC);
        int hour = local.getHour();
        return local.getDayOfWeek().getValue() <= 5
                && ((hour >= 1 && hour < 4) || (hour >= 6 && hour < 10));
    }

    /** Checks that the model's limit lets each job start safely, even if it starts them now. */
    private void checkStarts(List<JobHeaders> waiting, HeldModel model, Instant now) {
        double perJob = model.toModel().limits().leastSeconds(1, 0, 0);
        List<Instant> latest =
                waiting.stream()
                        .map(it -> Buy.doneBy(it.deadline(), it.submittedAt()))
                        .map(it -> LatestStart.of(it, measured(model.word())))
                        .sorted(Comparator.naturalOrder())
                        .toList();
        for (int i = 0; i < latest.size(); i++) {
            Instant earliest = now.plusMillis((long) (i * perJob * 1_000));
            assertThat(earliest)
                    .as("start of job %d of %s", i, model.word())
                    .isBeforeOrEqualTo(latest.get(i));
        }
    }

    private void checkReasons(Instant now) {
        Map<String, Long> waiting = new HashMap<>();
        held.values().forEach(it -> waiting.merge(it.model(), 1L, Long::sum));
        Map<String, Long> reasons = new HashMap<>();
        if (reported != null && reported.isValid(now)) {
            for (Waiting each : reported.waits()) {
                assertThat(each.reason()).isIn(WaitingReason.NO_TOPIC, WaitingReason.CHEAPER_HOUR);
                reasons.merge(each.model(), each.jobs(), Long::sum);
            }
        }
        assertThat(reasons).as("reported jobs").isEqualTo(waiting);
    }
}
