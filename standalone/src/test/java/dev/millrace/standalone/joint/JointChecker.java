package dev.millrace.standalone.joint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.worker.simulation.JointWorkers.Charge;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Checks what committed readers see, the database and the provider's ledger:
 *
 * <ul>
 *   <li>each request has one outcome: a result with one final cost event, or a dead letter; a
 *       repeated request has a dead letter
 *   <li>no answer belongs to the prompt of another request
 *   <li>a job is charged again only after a failure, or if its answer was lost with its process;
 *       each lost answer is booked as uncertain
 *   <li>cost events together with the uncertain ones cover the ledger
 *   <li>the ledger never exceeds the budget, and the published budget equals the cost events
 *   <li>the database has what the topics have
 *   <li>at the end, no money is reserved, no job is parked, and no call waits
 * </ul>
 */
final class JointChecker {
    private static final int MICROS = 6;

    /** Kinds of entries of the router's budgets that the end of a job removes. */
    private static final String WAITING = "RQWD";

    private static final int DIGEST_BYTES = 8;
    private static final Pattern ANSWERED = Pattern.compile("\"answered\":\"(\\w+)\"");

    private final JointHistory history;
    private final TestDatabase database;

    /** The digest of each job's body. */
    private final Map<JobId, String> prompts = new HashMap<>();

    private final Map<JobId, Integer> requests = new LinkedHashMap<>();
    private final Set<Long> malformed = new HashSet<>();
    private final Set<JobId> results = new HashSet<>();
    private final Map<JobId, List<CostEvent>> costs = new HashMap<>();
    private final Map<JobId, Integer> letters = new HashMap<>();
    private final Set<String> origins = new HashSet<>();

    JointChecker(JointHistory history, TestDatabase database) {
        this.history = history;
        this.database = database;
    }

    void onSent(JobId job, String body) {
        prompts.put(job, Sha256.hex(body, DIGEST_BYTES));
        requests.merge(job, 1, Integer::sum);
    }

    /** Notes a request that is no line. */
    void onMalformed(long offset) {
        malformed.add(offset);
    }

    void onCommitted(List<ProducerRecord<byte[], byte[]>> records) {
        for (var record : records) {
            if (record.topic().equals(JointHistory.TOPICS.results())) {
                onResult(record);
            } else if (record.topic().equals(JointHistory.TOPICS.costs())) {
                onCost(CostEventCodec.read(record.value()));
            } else if (record.topic().equals(JointHistory.TOPICS.deadLetters())) {
                onLetter(DeadLetter.read(record.headers()));
            }
        }
    }

    private void onResult(ProducerRecord<byte[], byte[]> record) {
        var job = new JobId(new String(record.key(), UTF_8));
        checkAnswer(job, record.value());
        assertThat(results.add(job)).as("first result of " + job).isTrue();
    }

    /** Checks that a result is of the job, and its answer, if any, of the job's prompt. */
    void checkAnswer(JobId job, byte[] line) {
        assertThat(ResultView.read(line).jobId()).as("job of a result").isEqualTo(job.value());
        var answered = ANSWERED.matcher(new String(line, UTF_8));
        if (answered.find()) {
            assertThat(answered.group(1))
                    .as("prompt that the answer of %s belongs to", job)
                    .isEqualTo(prompts.get(job));
        }
    }

    private void onCost(CostEvent event) {
        var events = costs.computeIfAbsent(event.jobId(), _ -> new ArrayList<>());
        assertThat(events)
                .as("cost events of %s before %s", event.jobId(), event)
                .noneMatch(it -> it.eventId().equals(event.eventId()))
                .noneMatch(it -> it.isFinal() && event.isFinal());
        events.add(event);
    }

    private void onLetter(DeadLetter letter) {
        String origin = letter.topic() + "-" + letter.partition() + "@" + letter.offset();
        assertThat(origins.add(origin)).as("first dead letter of " + origin).isTrue();
        if (letter.jobId() != null) {
            letters.merge(new JobId(letter.jobId()), 1, Integer::sum);
        }
    }

    private int outcomes(JobId job) {
        return (results.contains(job) ? 1 : 0) + letters.getOrDefault(job, 0);
    }

    /** Checks that the provider has charged no more than the budget allows. */
    void checkSpending() {
        history.budget()
                .ifPresent(
                        budget ->
                                assertThat(charged())
                                        .as("charged within the budget")
                                        .isLessThanOrEqualTo(limit(budget.limitUsd())));
    }

    private BigDecimal limit(BigDecimal configured) {
        return history.workers().control(Duration.ZERO).budgets().limits().values().stream()
                .map(it -> it.limitUsd())
                .reduce(configured, BigDecimal::max);
    }

    private BigDecimal charged() {
        long micros = history.workers().charges().stream().mapToLong(Charge::micros).sum();
        return BigDecimal.valueOf(micros, MICROS);
    }

    List<String> unfinished() {
        var unfinished = new ArrayList<String>();
        requests.forEach(
                (job, sent) -> {
                    if (outcomes(job) < sent) {
                        unfinished.add(job + " has " + outcomes(job) + " of " + sent + " outcomes");
                    }
                });
        for (long offset : malformed) {
            if (!origins.contains(JointHistory.TOPICS.requests() + "-0@" + offset)) {
                unfinished.add("the malformed request at " + offset + " has no outcome");
            }
        }
        if (unfinished.isEmpty()) {
            unfinished.addAll(history.router().isOver() ? List.of("no router runs") : unsettled());
        }
        return unfinished;
    }

    /**
     * Describes published budgets that differ from the cost events, and the router's reservations,
     * queues and waiting jobs.
     */
    private List<String> unsettled() {
        var unsettled = new ArrayList<String>();
        history.workers()
                .control(Duration.ZERO)
                .budgets()
                .states()
                .forEach(
                        (id, state) -> {
                            if (state.reservedUsd().signum() != 0
                                    || state.spentUsd().compareTo(booked()) != 0) {
                                unsettled.add(id + " is " + state + " after " + booked());
                            }
                        });
        history.router().driver().budgetKeys().stream()
                .filter(it -> WAITING.indexOf(it.get()[0]) >= 0)
                .forEach(it -> unsettled.add("the router has " + it));
        return unsettled;
    }

    private BigDecimal booked() {
        return costs.values().stream()
                .flatMap(List::stream)
                .map(CostEvent::costUsd)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    void atEnd() {
        assertThat(unfinished()).as("unfinished").isEmpty();
        checkSpending();
        requests.forEach(
                (job, sent) -> assertThat(outcomes(job)).as("outcomes of " + job).isEqualTo(sent));
        assertThat(costs.values())
                .allSatisfy(it -> assertThat(it).filteredOn(CostEvent::isFinal).hasSize(1));
        checkLedger();
        var meters = history.router().driver().meters;
        assertThat(meters.find("millrace.router.internal.errors").counters()).isEmpty();
        try {
            checkDatabase();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void checkLedger() {
        var byJob = new HashMap<JobId, List<Charge>>();
        for (Charge charge : history.workers().charges()) {
            byJob.computeIfAbsent(charge.job(), _ -> new ArrayList<>()).add(charge);
        }
        byJob.forEach(
                (job, charges) -> {
                    long charged = charges.stream().mapToLong(Charge::micros).sum();
                    long billed = micros(job, CostKind.BILLED);
                    assertThat(charged)
                            .as("charged for %s with the events %s", job, costs.get(job))
                            .isBetween(billed, billed + micros(job, CostKind.UNCERTAIN));
                    checkRepeated(job, charges);
                });
    }

    private void checkRepeated(JobId job, List<Charge> charges) {
        var answers = charges.stream().filter(it -> !it.isRetryable() && it.micros() > 0).toList();
        long lost = answers.stream().filter(Charge::isLost).count();
        long uncertain =
                costs.getOrDefault(job, List.of()).stream()
                        .filter(it -> it.kind() == CostKind.UNCERTAIN)
                        .count();
        assertThat(answers.size() - 1L)
                .as("repeated answers of %s: %s", job, charges)
                .isLessThanOrEqualTo(Math.min(lost, uncertain));
    }

    private long micros(JobId job, CostKind kind) {
        return costs.getOrDefault(job, List.of()).stream()
                .filter(it -> it.kind() == kind)
                .mapToLong(it -> it.costUsd().movePointRight(MICROS).longValueExact())
                .sum();
    }

    private void checkDatabase() throws SQLException {
        assertThat(database.rows("SELECT job_id FROM results"))
                .as("results in the database")
                .containsExactlyInAnyOrderElementsOf(results.stream().map(JobId::value).toList());
        assertThat(database.rows("SELECT event_id FROM costs"))
                .as("cost events in the database")
                .containsExactlyInAnyOrderElementsOf(
                        costs.values().stream()
                                .flatMap(List::stream)
                                .map(CostEvent::eventId)
                                .toList());
        assertThat(
                        database.rows(
                                "SELECT origin_topic || '-' || origin_partition || '@' ||"
                                        + " origin_offset FROM dead_letters"))
                .as("dead letters in the database")
                .containsExactlyInAnyOrderElementsOf(origins);
        assertThat(database.rows("SELECT * FROM unreadable")).isEmpty();
    }
}
