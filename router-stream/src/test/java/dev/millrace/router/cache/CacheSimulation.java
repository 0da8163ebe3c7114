package dev.millrace.router.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.CachePurge;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.router.cache.CacheWorld.Ended;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A random history of a cache, alone or with a feature that answers similar questions. Jobs and
 * parts arrive, calls end in any order and way, and time passes. Operators cancel and purge, and
 * the router crashes. The guarantees hold after each step, and at the end.
 */
public class CacheSimulation {
    private static final int STEPS = 150;
    private static final int HISTORIES_TO_FIND_A_FAULT = 150;
    private static final int KEYS = 2;
    private static final int PARENTS = 10;
    protected static final int MAX_ENTRIES = 2;
    protected static final int MAX_BYTES = 1_500;
    protected static final int MAX_QUESTIONS = 2;

    /** The first two questions have one meaning. */
    private static final List<String> QUESTIONS =
            List.of(
                    "How do I reset my password?",
                    "how can i reset the password",
                    "How do I close my account?");

    private static final Pattern ANSWER = Pattern.compile("\"answer to\":([0-9]+)");
    private static final Pattern MEANING = Pattern.compile("\"meaning\":(-?[0-9]+)");
    private static final Pattern SCOPE = Pattern.compile("\"for\":\"([a-z]+)");
    private static final Pattern AT = Pattern.compile("\"padding\":\"at ([0-9]+)");
    private static final Pattern CACHE = Pattern.compile("\"cache\":\"([a-z]+)\"");

    private final Random random;
    private final CacheWorld world;

    /** The lookups topic and the answers topic, with the positions of the task in them. */
    private final List<Job> lookups = new ArrayList<>();

    private final List<Answer> answers = new ArrayList<>();
    private int nextLookup;
    private int nextAnswer;
    private int committedLookup;
    private int committedAnswer;

    private final Set<JobId> called = new HashSet<>();

    /** Jobs whose budgets do not cover a call, so that they must not be called. */
    private final Set<JobId> unpaid = new HashSet<>();

    private Instant purgedAt = Instant.MIN;
    private boolean isBreakerOpen;
    private boolean purgesNothing;

    /** Answers to similar questions that were too old or purged when jobs got them. */
    private final List<String> outdated = new ArrayList<>();

    private record Answer(Job job, byte @Nullable [] line, long writtenMillis) {}

    CacheSimulation(long seed) {
        this(seed, new CacheWorld(MAX_ENTRIES, MAX_BYTES, CacheWorld.TURN_JOBS));
    }

    protected CacheSimulation(long seed, CacheWorld world) {
        random = new Random(seed);
        this.world = world;
        world.onEnd = this::onEnd;
    }

    /** Returns true if the guarantees fail in one of several histories with a deliberate fault. */
    public static boolean isFound(LongFunction<? extends CacheSimulation> faulty) {
        return LongStream.range(0, HISTORIES_TO_FIND_A_FAULT)
                .anyMatch(seed -> fails(faulty.apply(seed)));
    }

    private static boolean fails(CacheSimulation faulty) {
        try {
            faulty.run();
            return false;
        } catch (AssertionError | RuntimeException e) {
            return true;
        }
    }

    /** Computes embeddings that wait; returns true if there were any. */
    protected boolean embed(int most) {
        return false;
    }

    /** Loses all entries of a kind, as a deliberate fault. */
    public CacheSimulation losing(char kind) {
        world.store.lose(kind);
        return this;
    }

    /** Lets all jobs share answers, or none, as a deliberate fault. */
    CacheSimulation sharing(boolean isShared) {
        world.sharing = isShared;
        return this;
    }

    /** Does not report the ends of parts, as a deliberate fault. */
    CacheSimulation forgettingParts() {
        world.isReplying = false;
        return this;
    }

    /** Keeps the answers that operators purge, as a deliberate fault. */
    CacheSimulation purgingNothing() {
        purgesNothing = true;
        return this;
    }

    public void run() {
        for (int i = 0; i < STEPS; i++) {
            step();
            checkRunningCalls();
        }
        finish();
        checkEnds();
    }

    private void step() {
        switch (random.nextInt(17)) {
            case 0, 1, 2 -> submit();
            case 3, 4, 5 -> readLookup();
            case 6, 7 -> endCall();
            case 8, 9 -> readAnswer();
            case 10 -> world.pass(Duration.ofMillis(10));
            case 11 -> passMinutes();
            case 12, 13 -> commit();
            case 14 -> crash();
            case 15 -> embed(1);
            default -> operate();
        }
    }

    /** Lets time pass, and checks that no job waits beyond its deadline. */
    private void passMinutes() {
        world.pass(Duration.ofMinutes(1 + random.nextInt(40)));
        boolean isBusy = true;
        while (isBusy) {
            isBusy = world.tick();
        }
        commit();
        Instant now = world.clock.instant();
        for (Job job : lookups.subList(0, nextLookup)) {
            if (job.deadline() != null && job.deadline().isBefore(now) && !isReleased(job)) {
                assertThat(world.endsOf(job)).as("ends of the expired " + job).hasSize(1);
            }
        }
    }

    private boolean isReleased(Job job) {
        return world.released.stream().anyMatch(it -> it.job().equals(job));
    }

    private void submit() {
        List<String> chain = random.nextInt(3) == 0 ? List.of("small", "second") : List.of("small");
        Instant now = world.clock.instant();
        Instant deadline = random.nextInt(4) == 0 ? now.plusSeconds(random.nextInt(3_600)) : null;
        String tenant = random.nextBoolean() ? "acme" : "beta";
        boolean isShared = random.nextInt(3) == 0;
        int key = random.nextInt(KEYS);
        String question =
                random.nextBoolean() ? null : QUESTIONS.get(random.nextInt(QUESTIONS.size()));
        String name = "job-" + lookups.size();
        var job = new Job(name, tenant, isShared, key, chain, deadline, now, question);
        job = random.nextInt(3) == 0 ? job.partOf(parent(random.nextInt(PARENTS))) : job;
        lookups.add(job);
        if (random.nextInt(6) == 0) {
            unpaid.add(job.id());
        }
    }

    private static JobId parent(int number) {
        return JobId.of("acme", "batch", "document-" + number);
    }

    private boolean readLookup() {
        if (nextLookup == lookups.size()) {
            return false;
        }
        Job job = lookups.get(nextLookup++);
        var _ = world.takeLastEnded();
        if (unpaid.contains(job.id())) {
            world.lookUpUnpaid(job);
        } else {
            world.lookUp(job);
        }
        Ended end = world.takeLastEnded();
        if (end != null) {
            checkHit(end);
        }
        return true;
    }

    /** Checks the age of an answer that a job got without waiting. */
    private void checkHit(Ended end) {
        String cache = find(CACHE, end.result());
        if (cache.equals("miss")) {
            return;
        }
        Instant created = Instant.ofEpochMilli(Long.parseLong(find(AT, end.result())));
        Duration age = Duration.between(created, world.clock.instant());
        boolean isStale = cache.equals("stale");
        assertThat(cache).isIn("hit", "stale");
        assertThat(age)
                .isLessThan(isStale ? CacheWorld.TTL.plus(CacheWorld.STALE) : CacheWorld.TTL);
        assertThat(created).isAfter(purgedAt);
        assertThat(isStale).isEqualTo(age.compareTo(CacheWorld.TTL) >= 0);
        assertThat(isBreakerOpen || !isStale).isTrue();
    }

    /** Notes the answer to a similar question, which jobs get in any turn. */
    private void onEnd(Ended end) {
        if (!end.result().contains("\"cache\":\"semantic\"")) {
            return;
        }
        Instant created = Instant.ofEpochMilli(Long.parseLong(find(AT, end.result())));
        Duration age = Duration.between(created, world.clock.instant());
        if (age.compareTo(CacheWorld.TTL) >= 0 || !created.isAfter(purgedAt)) {
            outdated.add(end.result());
        }
    }

    private boolean endCall() {
        List<Job> running = running();
        if (running.isEmpty()) {
            return false;
        }
        Job job = running.get(random.nextInt(running.size()));
        called.add(job.id());
        answers.add(new Answer(job, outcome(job), world.clock.millis()));
        return true;
    }

    private byte @Nullable [] outcome(Job job) {
        String at = "at " + world.clock.millis();
        return switch (random.nextInt(8)) {
            case 0 -> null;
            case 1 -> world.failure(job, ErrorCode.SERVER_ERROR);
            case 2 -> world.failure(job, ErrorCode.DEADLINE_EXCEEDED);
            case 3 -> world.success(job, job.chain().getLast(), at);
            case 4 -> "{}".getBytes(UTF_8);
            case 5 -> world.success(job, job.chain().getFirst(), at + "x".repeat(MAX_BYTES));
            default -> world.success(job, job.chain().getFirst(), at);
        };
    }

    private List<Job> running() {
        return world.released.stream()
                .map(CacheWorld.Released::job)
                .filter(it -> !called.contains(it.id()))
                .toList();
    }

    private boolean readAnswer() {
        if (nextAnswer == answers.size()) {
            return false;
        }
        Answer answer = answers.get(nextAnswer++);
        world.answer(answer.job(), answer.line(), answer.writtenMillis());
        return true;
    }

    private void commit() {
        world.commit();
        committedLookup = nextLookup;
        committedAnswer = nextAnswer;
    }

    private void crash() {
        if (random.nextBoolean()) {
            commit();
        }
        world.crash();
        nextLookup = committedLookup;
        nextAnswer = committedAnswer;
    }

    private void operate() {
        Instant now = world.clock.instant();
        switch (random.nextInt(3)) {
            case 0 -> {
                if (!lookups.isEmpty()) {
                    Job job = lookups.get(random.nextInt(lookups.size()));
                    JobId named = job.parent() == null ? job.id() : job.parent();
                    apply(new OperatorCommand(now, "me").record(new ControlKey.CancelJob(named)));
                }
            }
            case 1 -> {
                // The times of answers have milliseconds.
                purgedAt = Instant.ofEpochMilli(now.toEpochMilli());
                var filter = CachePurge.Filter.ALL;
                if (purgesNothing) {
                    return;
                }
                apply(new CachePurge(now, "me", now, Instant.MAX, filter).record("all"));
            }
            default -> openBreaker(!isBreakerOpen);
        }
    }

    private void openBreaker(boolean isOpen) {
        isBreakerOpen = isOpen;
        Instant now = world.clock.instant();
        var breaker = new WorkerReport.Open("model small", "timeout", "slow", now, now, true);
        apply(new WorkerReport(Instant.MAX, isOpen ? List.of(breaker) : List.of()).record("w1"));
    }

    private void apply(ControlRecord record) {
        world.control = world.control.with(record.key().text(), record.value());
    }

    /** Ends everything that is open. */
    private void finish() {
        boolean hasWorked = true;
        while (hasWorked) {
            hasWorked = readLookup();
            hasWorked |= readAnswer();
            hasWorked |= embed(Integer.MAX_VALUE);
            hasWorked |= world.tick();
            commit();
            hasWorked |= endCall();
        }
    }

    private void checkRunningCalls() {
        assertThat(world.released).noneMatch(it -> unpaid.contains(it.job().id()));
        var requests = new HashMap<String, Job>();
        for (Job job : running()) {
            assertThat(requests.put(job.scope() + job.key() + job.question(), job))
                    .as("another call for " + job)
                    .isNull();
        }
        assertThat(world.store.count('I')).isLessThanOrEqualTo(MAX_ENTRIES);
        assertThat(world.store.count('Q')).isLessThanOrEqualTo(MAX_QUESTIONS);
        assertThat(world.store.bytes('A')).isLessThanOrEqualTo(MAX_BYTES);
        assertThat(world.store.count('I'))
                .isEqualTo(world.store.count('A'))
                .isEqualTo(world.store.count('U'));
    }

    private void checkEnds() {
        for (Job job : lookups) {
            long byCall = world.released.stream().filter(it -> it.job().equals(job)).count();
            List<Ended> byCache = world.endsOf(job);
            assertThat(byCall + byCache.size()).as("ends of " + job).isEqualTo(1);
            byCache.forEach(end -> checkAnswer(job, end));
            checkPartCosts(job);
        }
        assertThat(outdated).isEmpty();
        assertThat(world.deadLetters).isEmpty();
        assertThat(world.meters.find("millrace.router.internal.errors").counters()).isEmpty();
        for (char kind : "FPOWDE".toCharArray()) {
            assertThat(world.store.count(kind)).as("entries of kind " + kind).isZero();
        }
        assertThat(world.gauge("waiting")).isZero();
        assertThat(world.gauge("entries")).isEqualTo((double) world.store.count('I'));
        assertThat(world.gauge("questions")).isEqualTo((double) world.store.count('Q'));
        assertThat(world.store.count('V')).isEqualTo(world.store.count('Q'));
        assertThat(world.gauge("bytes")).isEqualTo((double) world.store.bytes('A'));
    }

    /** Checks that the savings of a part count once, for its parent. */
    private void checkPartCosts(Job job) {
        List<CostEvent> costs =
                world.partCosts.stream().filter(it -> job.id().equals(it.part())).toList();
        boolean hasSaved =
                world.endsOf(job).stream().anyMatch(it -> it.cost().savedUsd().signum() > 0);
        assertThat(costs)
                .as("costs of the part " + job)
                .hasSize(job.parent() != null && hasSaved ? 1 : 0)
                .allSatisfy(
                        it -> {
                            assertThat(it.jobId()).isEqualTo(job.parent());
                            assertThat(it.isFinal()).isFalse();
                        });
    }

    /** Checks that a job got only the answer to its own request, in its own scope. */
    private static void checkAnswer(Job job, Ended end) {
        assertThat(end.result()).contains("\"job_id\":\"" + job.id() + "\"");
        assertThat(end.cost().isFinal()).isTrue();
        if (end.result().contains("answer to")) {
            assertThat(find(ANSWER, end.result())).isEqualTo(Integer.toString(job.key()));
            assertThat(find(MEANING, end.result())).isEqualTo(Integer.toString(job.meaning()));
            assertThat(find(SCOPE, end.result())).isEqualTo(job.scope());
            assertThat(end.cost().savedUsd()).isEqualByComparingTo(CacheWorld.CALL_USD);
        } else {
            assertThat(end.cost().savedUsd()).isZero();
        }
    }

    private static String find(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
        return matcher.group(1);
    }
}
