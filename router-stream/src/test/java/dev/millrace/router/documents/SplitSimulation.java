package dev.millrace.router.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import tools.jackson.databind.JsonNode;

/**
 * A random history of split jobs. Parts end in any order, fail, are lost and sent again. Their ends
 * are reported twice, and entries are damaged. Routers crash and restart, operators cancel, and
 * deadlines pass. Guarantees:
 *
 * <ul>
 *   <li>each job has one result and one final cost event, and leaves nothing in the store; a job
 *       with a damaged entry can be a dead letter instead
 *   <li>the result of a job that succeeded names all its parts
 *   <li>a part that has ended is never sent again
 *   <li>a cancelled job sends no part
 *   <li>no more parts are called at once than allowed
 *   <li>the cost of the result is the sum over all ended parts, and the highest cost of the parts
 *       never exceeds the job's reservation
 * </ul>
 */
final class SplitSimulation {
    private static final Duration PASS = Duration.ofMinutes(1);

    /** Turns in which all pages of running parts are visited. */
    private static final int LOOKS = 10;

    private final Random random;
    private final SplitWorld world = SplitWorld.withInternalErrors();
    private final List<Doc> docs = new ArrayList<>();
    private final Set<PlannedJob> lost = new HashSet<>();
    private final Set<JobId> cancelled = new HashSet<>();
    private final Set<JobId> damaged = new HashSet<>();

    /** The most that lost parts of a job may have cost. */
    private final Map<JobId, BigDecimal> lostUsd = new HashMap<>();

    private boolean isAbortIgnored;

    SplitSimulation(long seed) {
        random = new Random(seed);
    }

    /** Loses all entries of a kind, as a deliberate fault. */
    SplitSimulation losing(char kind) {
        world.entries.lose(kind);
        return this;
    }

    /** Forgets dead letters, as a deliberate fault. */
    SplitSimulation forgettingDeadLetters() {
        world.isBurying = false;
        return this;
    }

    /** Keeps changes of aborted transactions, as a deliberate fault. */
    SplitSimulation ignoringAborts() {
        isAbortIgnored = true;
        return this;
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            check();
        }
        for (int i = 0; i < 10_000 && !isDone(); i++) {
            end();
            findLost();
            check();
        }
        // A part with a damaged entry counts as lost some time after that was found.
        look();
        look();
        docs.forEach(this::checkEnd);
        assertThat(world.entries.approximateNumEntries()).as("nothing is stranded").isLessThan(2);
    }

    private boolean isDone() {
        return world.called.isEmpty() && lost.isEmpty();
    }

    private void step() {
        switch (random.nextInt(20)) {
            case 0 -> submit();
            case 1 -> cancel();
            case 2 -> world.clock.advance(PASS);
            case 3 -> world.restart();
            case 4 -> lose();
            case 5 -> {
                if (random.nextInt(5) == 0) {
                    findLost();
                }
            }
            case 6 -> tick();
            case 7 -> {
                if (random.nextInt(3) == 0) {
                    damage();
                }
            }
            default -> end();
        }
    }

    private void submit() {
        Doc doc =
                Doc.of("doc-" + docs.size(), 2 + random.nextInt(random.nextInt(4) == 0 ? 120 : 8));
        doc = random.nextBoolean() ? doc.omitting() : doc;
        doc = random.nextBoolean() ? doc.bounded() : doc;
        doc =
                random.nextInt(4) == 0
                        ? doc.until(world.clock.instant().plusSeconds(random.nextInt(300)))
                        : doc;
        docs.add(doc);
        if (random.nextInt(4) == 0) {
            world.submitAndCrash(doc);
        }
        world.submit(doc);
    }

    private void cancel() {
        if (!docs.isEmpty() && random.nextInt(3) == 0) {
            Doc doc = docs.get(random.nextInt(docs.size()));
            var command = new OperatorCommand(world.clock.instant(), "me");
            var published = command.record(new ControlKey.CancelJob(doc.id()));
            world.control = world.control.with(published.key().text(), published.value());
            cancelled.add(doc.id());
        }
    }

    private PlannedJob any() {
        return new ArrayList<>(world.called.values()).get(random.nextInt(world.called.size()));
    }

    private void lose() {
        PlannedJob part = world.called.isEmpty() ? null : any();
        if (part != null) {
            world.called.remove(part.identity().jobId());
            lost.add(part);
            lostUsd.merge(parent(part), reserved(part), BigDecimal::add);
        }
    }

    private static JobId parent(PlannedJob part) {
        return Objects.requireNonNull(part.headers().parent());
    }

    private static BigDecimal reserved(PlannedJob part) {
        JobCostLimit limit = part.headers().costLimit();
        return limit == null ? BigDecimal.ZERO : limit.reservedUsd();
    }

    /** Damages one entry of a job. */
    private void damage() {
        if (docs.isEmpty()) {
            return;
        }
        Doc doc = docs.get(random.nextInt(docs.size()));
        char kind = "spewd".charAt(random.nextInt(5));
        List<Bytes> keys = world.keys(kind, doc);
        if (!keys.isEmpty() && damaged.add(doc.id())) {
            world.damage(kind, keys.get(random.nextInt(keys.size())));
        }
    }

    /**
     * Ends all running parts, and then detects the lost ones, which are then older than any job in
     * the topics.
     */
    private void findLost() {
        if (lost.isEmpty()) {
            return;
        }
        while (!world.called.isEmpty()) {
            end();
        }
        lost.clear();
        look();
    }

    /** Runs the task while no part is called, so that it finds the lost parts. */
    private void look() {
        world.clock.advance(Duration.ofMillis(1));
        world.lostBefore = world.clock.instant().toEpochMilli();
        for (int i = 0; i < LOOKS; i++) {
            world.tick();
        }
    }

    /** Lets the task see cancellations. */
    private void tick() {
        world.clock.advance(Duration.ofSeconds(1));
        world.tick();
        world.stopped.addAll(cancelled);
    }

    private void end() {
        if (world.called.isEmpty()) {
            return;
        }
        PlannedJob part = any();
        PartReply reply =
                random.nextInt(12) == 0
                        ? world.failure(part, ErrorCode.TIMEOUT)
                        : world.answer(
                                part,
                                1 + random.nextInt(2),
                                "answer ".repeat(random.nextInt(9) + 1));
        if (random.nextInt(8) == 0) {
            world.read(reply);
            if (isAbortIgnored) {
                world.entries.commit();
            }
            world.crash();
        }
        world.end(reply);
        if (random.nextInt(8) == 0) {
            world.read(reply);
            world.commit();
        }
    }

    private void check() {
        for (Doc doc : docs) {
            List<PlannedJob> called =
                    world.called.values().stream()
                            .filter(it -> doc.id().equals(it.headers().parent()))
                            .toList();
            assertThat(called.size())
                    .as("parts called at once")
                    .isLessThanOrEqualTo(PartSender.MAX_RUNNING);
            if (doc.isBounded()) {
                BigDecimal most = world.billed.getOrDefault(doc.id(), BigDecimal.ZERO);
                most = most.add(lostUsd.getOrDefault(doc.id(), BigDecimal.ZERO));
                for (PlannedJob part : called) {
                    most = most.add(reserved(part));
                }
                assertThat(most)
                        .as("parts stay within the money of their job")
                        .isLessThanOrEqualTo(doc.limit().reservedUsd());
            }
        }
    }

    private void checkEnd(Doc doc) {
        long burials =
                world.buried.stream()
                        .filter(it -> doc.id().equals(Objects.requireNonNull(it.job()).jobId()))
                        .count();
        if (damaged.contains(doc.id()) && (burials > 0 || !world.hasEnded(doc))) {
            assertThat(burials).as("dead letters of " + doc.name()).isEqualTo(1);
            assertThat(world.hasEnded(doc)).as("result of a dead letter").isFalse();
            return;
        }
        JsonNode result = world.result(doc);
        if (result.at("/error").isNull()) {
            assertThat(result.at("/millrace/split/parts"))
                    .as("parts of " + doc.name())
                    .hasSize(doc.parts());
        }
        assertThat(result.at("/millrace/cost_usd").decimalValue())
                .as("costs of " + doc.name())
                .isEqualByComparingTo(world.billed.getOrDefault(doc.id(), BigDecimal.ZERO));
        assertThat(Objects.requireNonNull(world.finalOf(doc).end()).jobCostUsd())
                .isEqualByComparingTo(result.at("/millrace/cost_usd").decimalValue());
    }
}
