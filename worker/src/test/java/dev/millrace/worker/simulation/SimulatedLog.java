package dev.millrace.worker.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.worker.port.ResultLog;
import dev.millrace.worker.simulation.time.Happening;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The transactional producer of a process. */
final class SimulatedLog implements ResultLog {
    private final World world;
    private final WorkerProcess process;
    private int epoch;

    SimulatedLog(World world, WorkerProcess process) {
        this.world = world;
        this.process = process;
    }

    @Override
    public Optional<String> open() {
        process.step(Happening.CRASH_AT_OPEN);
        world.checker().onOpen(process);
        process.spend(world.between(1_000_000, 50_000_000));
        if (world.happens(world.faults().unanswered())) {
            world.chronicle().note(Happening.NOT_OPENED, process);
            process.spend(Duration.ofSeconds(1));
            return Optional.of("not authorized");
        }
        epoch = world.transactions().register(process.instance());
        process.step(Happening.CRASH_AT_OPEN);
        return Optional.empty();
    }

    @Override
    public Commit commit(Transaction transaction) {
        process.step(Happening.CRASH_BEFORE_TRANSACTION);
        world.checker().onCommit(process, transaction);
        if (isFenced()) {
            return fenced();
        }
        var open = world.transactions().begin(process, epoch, transaction);
        process.spend(roundTrip());
        stepWithin(open);
        if (isFenced()) {
            return fenced();
        }
        if (!transaction.offsets().isEmpty() && !world.group().accepts(transaction.group())) {
            world.chronicle().note(Happening.STALE_MEMBER, process);
            return aborted(open, "stale member epoch");
        }
        if (transaction.offsets().keySet().stream().anyMatch(world::isRefused)) {
            world.chronicle().note(Happening.OFFSET_REFUSED, process);
            return refused(open, List.of());
        }
        open.hasOffsets = true;
        process.spend(roundTrip());
        var tooLarge = transaction.records().stream().filter(this::isTooLarge).toList();
        if (!tooLarge.isEmpty()) {
            world.chronicle().note(Happening.RESULT_REFUSED, process);
            return refused(open, tooLarge);
        }
        return end(open);
    }

    /** With the answer of its provider in it. */
    private boolean isTooLarge(ProducerRecord<byte[], byte[]> record) {
        if (!record.topic().equals(JobLog.TOPICS.results())) {
            return false;
        }
        Task task = world.jobs().task(new JobId(new String(record.key(), UTF_8)));
        return task != null
                && task.isTooLarge
                && ResultView.read(record.value()).statusCode() != null;
    }

    /** The client may or may not be able to abort it. */
    private Commit refused(Transactions.Open open, List<ProducerRecord<byte[], byte[]>> tooLarge) {
        process.spend(roundTrip());
        if (isFenced()) {
            return fenced();
        }
        if (world.random().nextBoolean()) {
            world.transactions().abort(open);
        }
        return new Commit.Rejected("refused", tooLarge);
    }

    private Commit end(Transactions.Open open) {
        if (world.happens(world.faults().abort())) {
            world.chronicle().note(Happening.ABORTED, process);
            return aborted(open, "not enough replicas");
        }
        if (world.happens(world.faults().doubt())) {
            return doubtful(open);
        }
        stepWithin(open);
        if (!world.transactions().end(open)) {
            return fenced();
        }
        process.spend(roundTrip());
        process.step(Happening.CRASH_AFTER_TRANSACTION);
        return new Commit.Done();
    }

    /** A crash here leaves the transaction open, or its end is on its way all the same. */
    private void stepWithin(Transactions.Open open) {
        try {
            process.step(Happening.CRASH_WITHIN_TRANSACTION);
        } catch (Crash crash) {
            world.chronicle().note(Happening.LEFT_OPEN, process);
            if (open.hasOffsets && world.happens(0.3)) {
                endLater(open, world.between(1_000_000, 9_000_000_000L));
            }
            throw crash;
        }
    }

    private Commit aborted(Transactions.Open open, String reason) {
        process.spend(roundTrip());
        if (isFenced()) {
            return fenced();
        }
        world.transactions().abort(open);
        return new Commit.Aborted(reason);
    }

    /**
     * No answer to the request that ends it: it has come through, or comes through late, or not.
     */
    private Commit doubtful(Transactions.Open open) {
        Duration wait = world.between(1_000_000_000, 8_000_000_000L);
        switch (world.random().nextInt(3)) {
            case 0 -> {
                world.chronicle().note(Happening.DOUBTFUL_BUT_WRITTEN, process);
                world.transactions().end(open);
            }
            case 1 -> world.chronicle().note(Happening.DOUBTFUL_NOT_WRITTEN, process);
            default -> endLater(open, wait.plusMillis(world.random().nextInt(2_000) - 1_000));
        }
        process.spend(wait);
        return new Commit.OutcomeUnknown("timeout", false);
    }

    private void endLater(Transactions.Open open, Duration wait) {
        world.timeline()
                .after(
                        wait,
                        () -> {
                            if (world.transactions().end(open)) {
                                world.chronicle().note(Happening.ENDED_LATE, process);
                            }
                        });
    }

    private boolean isFenced() {
        return world.transactions().isFenced(process.instance(), epoch);
    }

    private Commit fenced() {
        world.chronicle().note(Happening.FENCED, process);
        world.checker().onFenced(process);
        return new Commit.OutcomeUnknown("fenced", true);
    }

    private Duration roundTrip() {
        boolean isSlow = world.happens(0.01);
        return isSlow ? world.between(5_000_000, 500_000_000) : world.between(100_000, 2_000_000);
    }

    @Override
    public void close() {
        process.step(Happening.CRASH_AT_OPEN);
    }
}
