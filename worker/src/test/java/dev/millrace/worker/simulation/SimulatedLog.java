package dev.millrace.worker.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.worker.port.ResultLog;
import dev.millrace.worker.simulation.time.EventType;
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
        process.mayFail(EventType.CRASH_AT_OPEN);
        world.checker().onOpen(process);
        process.block(world.between(1_000_000, 50_000_000));
        if (world.occurs(world.faults().unanswered())) {
            world.eventLog().add(EventType.OPEN_FAILED, process);
            process.block(Duration.ofSeconds(1));
            return Optional.of("not authorized");
        }
        epoch = world.transactions().register(process.instance());
        process.mayFail(EventType.CRASH_AT_OPEN);
        return Optional.empty();
    }

    @Override
    public Commit commit(Transaction transaction) {
        process.mayFail(EventType.CRASH_BEFORE_TRANSACTION);
        world.checker().onCommit(process, transaction);
        if (isFenced()) {
            return fenced();
        }
        var open = world.transactions().begin(process, epoch, transaction);
        process.block(roundTrip());
        mayFailDuring(open);
        if (isFenced()) {
            return fenced();
        }
        if (!transaction.offsets().isEmpty() && !world.group().accepts(transaction.group())) {
            world.eventLog().add(EventType.STALE_MEMBER, process);
            return aborted(open, "stale member epoch");
        }
        if (transaction.offsets().keySet().stream().anyMatch(world::isRejected)) {
            world.eventLog().add(EventType.OFFSET_REJECTED, process);
            return rejected(open, List.of());
        }
        open.hasOffsets = true;
        process.block(roundTrip());
        var refused = transaction.records().stream().filter(this::isRefused).toList();
        if (!refused.isEmpty()) {
            refused.forEach(this::onRefused);
            boolean isResult = refused.stream().anyMatch(this::isTooLarge);
            world.eventLog()
                    .add(
                            isResult ? EventType.RESULT_REJECTED : EventType.HAND_OVER_REJECTED,
                            process);
            return rejected(open, refused);
        }
        return end(open);
    }

    private void onRefused(ProducerRecord<byte[], byte[]> record) {
        if (JobLog.TOPICS.isJobTopic(record.topic())) {
            world.jobs().latest(JobRecords.headers(record.headers()).jobId()).isHandOverRefused =
                    true;
        }
    }

    private boolean isRefused(ProducerRecord<byte[], byte[]> record) {
        return isTooLarge(record) || isRefusedHandOver(record);
    }

    /** Returns true for a job whose next topic is missing or has a lower limit. */
    private boolean isRefusedHandOver(ProducerRecord<byte[], byte[]> record) {
        return JobLog.TOPICS.isJobTopic(record.topic())
                && (!world.jobs().hasTopic(record.topic())
                        || world.jobs()
                                .tasks(JobRecords.headers(record.headers()).jobId())
                                .getFirst()
                                .isTooLarge);
    }

    /** Returns true for a result that contains a provider's answer which is too large. */
    private boolean isTooLarge(ProducerRecord<byte[], byte[]> record) {
        boolean isPart = record.topic().equals(JobLog.TOPICS.parts());
        if ((!isPart && !record.topic().equals(JobLog.TOPICS.results()))
                || record.value() == null
                || world.scenario().limits().isAlone()) {
            return false;
        }
        var tasks = world.jobs().tasks(isPart ? part(record) : id(record));
        return !tasks.isEmpty()
                && tasks.getFirst().isTooLarge
                && ResultView.read(record.value()).statusCode() != null;
    }

    private static JobId id(ProducerRecord<byte[], byte[]> record) {
        return new JobId(new String(record.key(), UTF_8));
    }

    private static JobId part(ProducerRecord<byte[], byte[]> report) {
        return MillraceHeaders.text(report.headers(), MillraceHeaders.JOB_ID)
                .map(JobId::new)
                .orElseThrow();
    }

    /** Rejects a transaction; the client is possibly unable to abort it. */
    private Commit rejected(Transactions.Open open, List<ProducerRecord<byte[], byte[]>> refused) {
        process.block(roundTrip());
        if (isFenced()) {
            return fenced();
        }
        if (world.random().nextBoolean()) {
            world.transactions().abort(open);
        }
        return new Commit.Rejected("rejected", refused);
    }

    private Commit end(Transactions.Open open) {
        if (world.occurs(world.faults().abort())) {
            world.eventLog().add(EventType.ABORTED, process);
            return aborted(open, "not enough replicas");
        }
        if (world.occurs(world.faults().unknownOutcome())) {
            return outcomeUnknown(open);
        }
        mayFailDuring(open);
        if (!world.transactions().end(open)) {
            return fenced();
        }
        process.block(roundTrip());
        process.mayFail(EventType.CRASH_AFTER_TRANSACTION);
        return new Commit.Done();
    }

    /**
     * Gives the process a chance to crash. The transaction then stays open or is committed later.
     */
    private void mayFailDuring(Transactions.Open open) {
        try {
            process.mayFail(EventType.CRASH_DURING_TRANSACTION);
        } catch (Crash crash) {
            world.eventLog().add(EventType.LEFT_OPEN, process);
            if (open.hasOffsets && world.occurs(0.3)) {
                endLater(open, world.between(1_000_000, 9_000_000_000L));
            }
            throw crash;
        }
    }

    private Commit aborted(Transactions.Open open, String reason) {
        process.block(roundTrip());
        if (isFenced()) {
            return fenced();
        }
        world.transactions().abort(open);
        return new Commit.Aborted(reason);
    }

    /** Leaves the request to commit unanswered: the commit takes effect now, later, or never. */
    private Commit outcomeUnknown(Transactions.Open open) {
        Duration wait = world.between(1_000_000_000, 8_000_000_000L);
        switch (world.random().nextInt(3)) {
            case 0 -> {
                world.eventLog().add(EventType.UNKNOWN_BUT_COMMITTED, process);
                world.transactions().end(open);
            }
            case 1 -> world.eventLog().add(EventType.UNKNOWN_NOT_COMMITTED, process);
            default -> endLater(open, wait.plusMillis(world.random().nextInt(2_000) - 1_000));
        }
        process.block(wait);
        return new Commit.OutcomeUnknown("timeout", false);
    }

    private void endLater(Transactions.Open open, Duration wait) {
        world.timeline()
                .after(
                        wait,
                        () -> {
                            if (world.transactions().end(open)) {
                                world.eventLog().add(EventType.COMMITTED_LATE, process);
                            }
                        });
    }

    private boolean isFenced() {
        return world.transactions().isFenced(process.instance(), epoch);
    }

    private Commit fenced() {
        world.eventLog().add(EventType.FENCED, process);
        world.checker().onFenced(process);
        return new Commit.OutcomeUnknown("fenced", true);
    }

    private Duration roundTrip() {
        boolean isSlow = world.occurs(0.01);
        return isSlow ? world.between(5_000_000, 500_000_000) : world.between(100_000, 2_000_000);
    }

    @Override
    public void close() {
        process.mayFail(EventType.CRASH_AT_OPEN);
    }
}
