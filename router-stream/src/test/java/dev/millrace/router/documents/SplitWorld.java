package dev.millrace.router.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.EndReceivers;
import dev.millrace.contracts.result.EndWriter;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.result.Route;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.entry.TreeStore;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.topology.TestClock;
import dev.millrace.router.waiting.OldestWaitingJob;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A task of split jobs with its transactions, and the calls of its parts. */
final class SplitWorld implements SplitOutputs {
    private static final EndWriter WRITER =
            new EndWriter(new Topics("test."), () -> (1 << 20) - 1_024);

    static final Origin ORIGIN = Doc.ORIGIN;

    private static final Model MODEL = Model.of("small", "openai", Price.of("10", "20"));

    final TestClock clock = new TestClock();
    final TreeStore entries = new TreeStore();
    final OldestWaitingJob oldest = new OldestWaitingJob();
    final MeterRegistry meters = new SimpleMeterRegistry();
    private final SplitMetrics metrics = new SplitMetrics(meters);
    private final InternalErrors errors;
    ControlState control = ControlState.EMPTY;
    long lostBefore = Long.MIN_VALUE;
    @Nullable Rejection modelRefusal;

    /** Parts that were sent and are called, by their job id. */
    final Map<JobId, PlannedJob> called = new LinkedHashMap<>();

    final Set<JobId> ended = new HashSet<>();
    final Map<JobId, List<JsonNode>> results = new HashMap<>();
    final Map<JobId, List<CostEvent>> finals = new HashMap<>();
    final Map<JobId, BigDecimal> billed = new HashMap<>();
    final List<CostEvent> reportedEnds = new ArrayList<>();

    /** Jobs that ended as dead letters. */
    final List<UnreadableJob> buried = new ArrayList<>();

    boolean isBurying = true;

    /** Jobs that must send no further part. */
    final Set<JobId> stopped = new HashSet<>();

    int sent;

    private final List<Runnable> uncommitted = new ArrayList<>();
    private SplitTask task;

    SplitWorld() {
        this(LoggerFactory.getLogger(InternalErrors.class));
    }

    private SplitWorld(Logger log) {
        errors = new InternalErrors(meters, log);
        task = newTask();
    }

    /** Returns a world that expects internal errors, and therefore does not log them. */
    static SplitWorld withInternalErrors() {
        return new SplitWorld(NOPLogger.NOP_LOGGER);
    }

    private SplitTask newTask() {
        return new SplitTask(
                entries,
                new SplitServices(
                        () -> control,
                        _ -> Optional.of(MODEL),
                        (part, _, _, _) -> part,
                        _ -> Optional.ofNullable(modelRefusal),
                        () -> lostBefore,
                        oldest,
                        metrics,
                        clock,
                        errors),
                this,
                0);
    }

    void submit(Doc doc) {
        submit(doc.job(clock.instant()));
    }

    void submit(PlannedRecord job) {
        task.onJob(job);
        commit();
    }

    /** Handles a job in a transaction that is aborted. */
    void submitAndCrash(Doc doc) {
        task.onJob(doc.job(clock.instant()));
        crash();
    }

    void tick() {
        task.onTick();
        commit();
    }

    /** Finds all parts that are running to be lost. */
    void findLost() {
        clock.advance(Duration.ofDays(8));
        lostBefore = clock.instant().toEpochMilli();
        tick();
    }

    /** Gives an entry of a kind a version that this router does not know. */
    void damage(char kind, Bytes key) {
        byte[] damaged = Objects.requireNonNull(entries.entries(kind).get(key)).clone();
        damaged[0] = 99;
        entries.put(key, damaged);
        commit();
    }

    /** Returns the keys of the entries of a kind that belong to a job. */
    List<Bytes> keys(char kind, Doc doc) {
        byte[] id = HexFormat.of().parseHex(doc.id().value());
        return entries.entries(kind).entrySet().stream()
                .filter(it -> contains(it.getKey().get(), id) || isPartOf(kind, it.getValue(), doc))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean isPartOf(char kind, byte[] value, Doc doc) {
        return kind == 'p' && contains(value, doc.id().value().getBytes(UTF_8));
    }

    private static boolean contains(byte[] all, byte[] part) {
        return IntStream.rangeClosed(0, all.length - part.length)
                .anyMatch(it -> Arrays.equals(all, it, it + part.length, part, 0, part.length));
    }

    void commit() {
        entries.commit();
        uncommitted.forEach(Runnable::run);
        uncommitted.clear();
    }

    /** Aborts the transaction; another router continues. */
    void crash() {
        uncommitted.clear();
        entries.abort();
        restart();
    }

    void restart() {
        task.close();
        task = newTask();
    }

    /** Ends the call of a part, and reads the report of its end. */
    void end(PartReply reply) {
        PlannedJob part = called.remove(reply.part());
        assertThat(part).isNotNull();
        ended.add(reply.part());
        JobEnd end = Objects.requireNonNull(reply.end().end());
        billed.merge(reply.parent(), end.jobCostUsd(), BigDecimal::add);
        read(reply);
        commit();
    }

    /** Reads the report of a part's end. */
    void read(PartReply reply) {
        task.onReply(reply, ORIGIN);
    }

    PartReply answer(PlannedJob part, int attempts, String text) {
        return reply(part, answered(JsonBytes.quoted(text)), attempts);
    }

    /** Returns the end of a part whose answer has the given content. */
    PartReply content(PlannedJob part, String json) {
        return reply(part, answered(json), 1);
    }

    private static Outcome answered(String content) {
        String body = "{\"choices\":[{\"message\":{\"content\":" + content + "}}]}";
        return new Outcome.Answered(200, null, ProviderBody.of(body.getBytes(UTF_8)), null);
    }

    PartReply failure(PlannedJob part, ErrorCode error) {
        return reply(part, Outcome.rejected(error, "it did not work"), 1);
    }

    private static PartReply reply(PlannedJob part, Outcome outcome, int attempts) {
        JobHeaders headers = part.headers();
        BigDecimal usd = new BigDecimal("0.01").multiply(BigDecimal.valueOf(attempts));
        var provenance =
                new Provenance(
                        JobFacts.of(
                                new BatchJob(headers.jobId(), "t", "b"),
                                null,
                                new Route("catalog", null),
                                EndReceivers.ofPartition(null),
                                null),
                        new Calls("small", "openai", attempts, usd, new JobTimes(0, 0, null), null),
                        new JobLabels(null, null));
        ErrorCode error = outcome.error();
        CostEvent end =
                JobFacts.of(headers, null)
                        .finalEvent(AttemptCost.NONE)
                        .with(
                                new JobEnd(
                                        new Route("catalog", "small"),
                                        null,
                                        error == null ? null : error.code(),
                                        attempts,
                                        usd,
                                        5));
        return new PartReply(
                Objects.requireNonNull(headers.parent()),
                new JobResult("c", outcome, provenance).toJson(),
                end);
    }

    PlannedJob firstCalled() {
        return called.values().iterator().next();
    }

    /** Answers all calls until no part is called. */
    void answerAll() {
        while (!called.isEmpty()) {
            end(answer(firstCalled(), 1, "a short answer"));
        }
    }

    JsonNode result(Doc doc) {
        List<JsonNode> all = Objects.requireNonNull(results.get(doc.id()));
        assertThat(all).as("one result").hasSize(1);
        assertThat(finals.get(doc.id())).as("one final event").hasSize(1);
        return all.getFirst();
    }

    CostEvent finalOf(Doc doc) {
        return Objects.requireNonNull(finals.get(doc.id())).getFirst();
    }

    boolean hasEnded(Doc doc) {
        return results.containsKey(doc.id());
    }

    @Override
    public void send(PlannedRecord parent, PlannedJob part) {
        uncommitted.add(
                () -> {
                    sent++;
                    assertThat(ended)
                            .as("ended parts are not sent again")
                            .doesNotContain(part.identity().jobId());
                    assertThat(stopped)
                            .as("stopped jobs send no parts")
                            .doesNotContain(Objects.requireNonNull(part.headers().parent()));
                    called.put(part.identity().jobId(), part);
                });
    }

    @Override
    public void onPartEnd(CostEvent end) {
        uncommitted.add(() -> reportedEnds.add(end));
    }

    @Override
    public void end(JobEnding ending) {
        var records = WRITER.write(ending).records();
        assertThat(records).as("a result and a cost event").hasSize(2);
        JsonNode line = JsonMapper.shared().readTree(records.getFirst().value());
        CostEvent end = CostEventCodec.read(records.getLast().value());
        assertThat(end.isFinal()).isTrue();
        assertThat(end.kind()).isEqualTo(CostKind.NONE);
        uncommitted.add(
                () -> {
                    results.computeIfAbsent(end.jobId(), _ -> new ArrayList<>()).add(line);
                    finals.computeIfAbsent(end.jobId(), _ -> new ArrayList<>()).add(end);
                });
    }

    @Override
    public void bury(UnreadableJob job, String message) {
        if (isBurying) {
            uncommitted.add(() -> buried.add(job));
        }
    }
}
