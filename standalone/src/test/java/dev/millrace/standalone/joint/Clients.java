package dev.millrace.standalone.joint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.gateway.job.SimulatedCalls;
import dev.millrace.gateway.publish.SimulatedGateways;
import dev.millrace.router.RouterTopology;
import dev.millrace.router.express.ExpressPlanner;
import dev.millrace.worker.simulation.JointWorkers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The clients: they write records, submit batches, and call the gateway and wait. A gateway plans
 * the calls without an idempotency key itself, if it can, so that they bypass the router.
 */
final class Clients {
    private static final Topics TOPICS = JointHistory.TOPICS;
    private static final String CALLS = "calls";
    private static final int MAX_RECORDS = 20;
    private static final int MAX_BATCHES = 3;
    private static final int MAX_LINES = 6;
    private static final int MAX_CALLS = 6;
    private static final int BATCHES = 4;
    private static final int CALL_BYTES = 500;

    /** Begins the idempotency keys of clients. */
    private static final String KEYED = "key-";

    /** Begins what a gateway draws for a call without a key. */
    private static final String DRAWN = "drawn-";

    private static final double KILLED_GATEWAYS = 0.005;
    private static final List<String> MODELS = List.of("m0", "m1", "auto");
    private static final Priority[] PRIORITIES = Priority.values();

    /** Words of a prompt, so that the planned input covers the input that is charged. */
    private static final int WORDS = 30;

    private final JointHistory history;
    private final JointWorkers workers;
    private final SplittableRandom random;
    private final SimulatedGateways gateways;
    private final JointChecker checker;
    private final List<Sent> records = new ArrayList<>();
    private final Map<String, String> unanswered = new TreeMap<>();
    private final ExpressPlanner express;
    private SimulatedCalls calls = new SimulatedCalls();
    private long resultsRead;

    /** A request. */
    private record Sent(String batch, String customId) {
        JobId job() {
            return JobId.of(JointWorkers.TENANT, batch, customId);
        }
    }

    Clients(JointHistory history, SimulatedGateways gateways, JointChecker checker) {
        this.history = history;
        this.gateways = gateways;
        this.checker = checker;
        workers = history.workers();
        random = workers.random();
        express =
                new ExpressPlanner(
                        history.config(),
                        List.of(),
                        RouterTopology.planning(history.config()),
                        workers::now);
    }

    /** Plans all requests. */
    void plan() {
        plan(2 + random.nextInt(MAX_RECORDS), this::sendRecord);
        plan(random.nextInt(MAX_BATCHES), this::submitBatch);
        for (int i = random.nextInt(MAX_CALLS); i > 0; i--) {
            String key = (random.nextBoolean() ? KEYED : DRAWN) + i;
            plan(1, () -> call(key));
        }
    }

    private void plan(int count, Runnable action) {
        for (int i = 0; i < count; i++) {
            long at = random.nextLong(workers.chaos().toNanos());
            workers.timeline().at(at, () -> history.run("client", action));
        }
    }

    /** Returns a line whose prompt no other line has. */
    static String line(String batch, int number) {
        return line(batch, "c" + number);
    }

    private static String line(String batch, String customId) {
        int choice = Math.floorMod(customId.hashCode(), MODELS.size() * PRIORITIES.length);
        Priority priority =
                batch.equals(CALLS) ? Priority.CRITICAL : PRIORITIES[choice / MODELS.size()];
        return """
        {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":%s,\
        "millrace":{"priority":"%s"}}"""
                .formatted(
                        customId, body(batch, customId), priority.name().toLowerCase(Locale.ROOT));
    }

    private static String body(String batch, String customId) {
        return """
        {"model":"%s","max_tokens":%d,"messages":[{"role":"user","content":"%s %s %s"}]}"""
                .formatted(
                        MODELS.get(Math.floorMod(customId.hashCode(), MODELS.size())),
                        JointWorkers.MAX_TOKENS,
                        batch,
                        customId,
                        "word ".repeat(WORDS));
    }

    private void sendRecord() {
        String batch = "b" + random.nextInt(BATCHES);
        if (random.nextInt(10) == 0) {
            checker.onMalformed(write(batch, "{\"custom_id\":" + random.nextInt()));
        } else if (records.isEmpty() || random.nextInt(8) > 0) {
            var sent = new Sent(batch, "r" + records.size());
            records.add(sent);
            send(sent);
        } else {
            send(history.oneOf(records));
        }
    }

    private void send(Sent sent) {
        checker.onSent(sent.job(), body(sent.batch, sent.customId));
        write(sent.batch, line(sent.batch, sent.customId));
    }

    private long write(String batch, String line) {
        var record =
                new ProducerRecord<byte[], byte[]>(
                        TOPICS.requests(),
                        0,
                        workers.now().toEpochMilli(),
                        batch.getBytes(UTF_8),
                        line.getBytes(UTF_8));
        submission(batch).writeTo(record.headers());
        return gateways.log().append(JointHistory.partition(TOPICS.requests()), record, null);
    }

    private static SubmissionHeaders submission(String batch) {
        return new SubmissionHeaders(JointWorkers.TENANT, batch, null, JointWorkers.START, null);
    }

    private void submitBatch() {
        int lines = 1 + random.nextInt(MAX_LINES);
        String batch = gateways.submit(JointWorkers.TENANT, lines);
        for (int i = 0; i < lines; i++) {
            var sent = new Sent(batch, "c" + i);
            checker.onSent(sent.job(), body(sent.batch, sent.customId));
        }
    }

    private void call(String key) {
        String customId = calls.await(JointWorkers.TENANT, CALLS, key, CALL_BYTES);
        var sent = new Sent(CALLS, customId);
        unanswered.put(sent.job().value(), key);
        if (key.startsWith(KEYED) || !bypassesRouter(sent)) {
            send(sent);
        }
    }

    /** Writes a call to the lane express, if the gateway can plan it. */
    private boolean bypassesRouter(Sent sent) {
        byte[] line = line(sent.batch, sent.customId).getBytes(UTF_8);
        var planned =
                express.plan(
                        RequestParser.parse(line).accepted(),
                        sent.job(),
                        submission(sent.batch),
                        workers.control(Duration.ZERO));
        planned.ifPresent(
                headers -> {
                    checker.onSent(sent.job(), body(sent.batch, sent.customId));
                    var record =
                            new ProducerRecord<>(
                                    TOPICS.jobs(headers.model(), Lane.EXPRESS),
                                    0,
                                    workers.now().toEpochMilli(),
                                    sent.job().value().getBytes(UTF_8),
                                    line);
                    headers.writeTo(record.headers());
                    workers.route(record);
                });
        return planned.isPresent() && !history.has(Fault.EXPRESS_CALLS_ROUTED);
    }

    /** Reads the committed results for the calls that wait. */
    void readResults() {
        if (history.occurs(KILLED_GATEWAYS)) {
            workers.trace(() -> "gateway killed; its clients repeat their calls with keys");
            calls = new SimulatedCalls();
            resultsRead = 0;
            unanswered.values().removeIf(key -> key.startsWith(DRAWN));
            List.copyOf(unanswered.values()).forEach(this::call);
        }
        TopicPartition results = JointHistory.partition(TOPICS.results());
        long end = gateways.log().stableEnd(results);
        for (var result : gateways.log().committed(results, resultsRead, end, Integer.MAX_VALUE)) {
            String job = new String(result.key(), UTF_8);
            calls.onResult(job, result.value())
                    .ifPresent(
                            line -> {
                                checker.checkAnswer(new JobId(job), line);
                                unanswered.remove(job);
                            });
        }
        resultsRead = end;
    }

    /** Describes the calls that wait. */
    List<String> unfinished() {
        return calls.left() == 0 ? List.of() : List.of("calls that wait for " + unanswered);
    }
}
