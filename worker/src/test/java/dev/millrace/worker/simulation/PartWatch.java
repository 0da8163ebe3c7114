package dev.millrace.worker.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.worker.port.ResultLog.Transaction;
import dev.millrace.worker.simulation.time.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Checks {@link Invariant#PARTS_REPORT}, and returns each transaction as if its parts were jobs of
 * requests, so that all other checks apply to them, too.
 */
final class PartWatch {
    private final Checker checker;
    private final JobLog jobs;

    PartWatch(Checker checker) {
        this.checker = checker;
        this.jobs = checker.world().jobs();
    }

    /**
     * A transaction whose parts have results and final cost events.
     *
     * @param withoutResult parts that ended without a result, which count like dead letters
     */
    record View(Transaction transaction, List<Task> withoutResult) {}

    View view(Transaction transaction) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        var withoutResult = new ArrayList<Task>();
        var reports = new ArrayList<PartReply>();
        for (var record : transaction.records()) {
            if (record.topic().equals(JobLog.TOPICS.parts())) {
                PartReply reply =
                        PartReply.read(record.key(), record.value(), record.headers())
                                .orElseThrow();
                reports.add(reply);
                onReport(reply, records, withoutResult);
            } else if (!isCostOfReport(record, transaction)) {
                records.add(asJob(record));
            }
        }
        checkCosts(reports, transaction);
        return new View(
                new Transaction(records, transaction.offsets(), transaction.group()),
                withoutResult);
    }

    private void onReport(
            PartReply reply,
            List<ProducerRecord<byte[], byte[]>> records,
            List<Task> withoutResult) {
        checker.world().eventLog().add(EventType.PART_REPORTED, reply.part());
        if (parent(reply.part()).filter(reply.parent()::equals).isEmpty()) {
            violated("%s reports to %s".formatted(reply.part(), reply.parent()));
        }
        byte[] result = reply.result();
        if (result == null) {
            withoutResult.add(jobs.latest(reply.part()));
        } else {
            records.add(record(JobLog.TOPICS.results(), reply.part(), result));
        }
        records.add(
                record(JobLog.TOPICS.costs(), reply.part(), CostEventCodec.toJson(reply.end())));
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, JobId job, byte[] value) {
        return new ProducerRecord<>(topic, job.value().getBytes(UTF_8), value);
    }

    /** Checks that what a part cost is an event of its parent. */
    private void checkCosts(List<PartReply> reports, Transaction transaction) {
        for (PartReply report : reports) {
            long events =
                    transaction.records().stream()
                            .map(PartWatch::partCost)
                            .flatMap(Optional::stream)
                            .filter(it -> it.eventId().equals(report.end().eventId()))
                            .filter(it -> it.jobId().equals(report.parent()) && !it.isFinal())
                            .count();
            if (events != (report.end().kind() == CostKind.NONE ? 0 : 1)) {
                violated(
                        "%s has cost %s, but its parent has %d events of it"
                                .formatted(report.part(), report.end().costUsd(), events));
            }
        }
    }

    /** Returns the cost event of a part; empty for another record. */
    private static Optional<CostEvent> partCost(ProducerRecord<byte[], byte[]> record) {
        return record.topic().equals(JobLog.TOPICS.costs())
                ? Optional.of(CostEventCodec.read(record.value())).filter(it -> it.part() != null)
                : Optional.empty();
    }

    /** Returns true for a cost event that a report in this transaction contains. */
    private static boolean isCostOfReport(
            ProducerRecord<byte[], byte[]> record, Transaction transaction) {
        return partCost(record)
                .filter(
                        cost ->
                                transaction.records().stream()
                                        .filter(it -> it.topic().equals(JobLog.TOPICS.parts()))
                                        .flatMap(
                                                it ->
                                                        PartReply.read(
                                                                it.key(), it.value(), it.headers())
                                                                .stream())
                                        .anyMatch(it -> it.end().eventId().equals(cost.eventId())))
                .isPresent();
    }

    /** Returns a cost event of a part as an event of the part itself. */
    private ProducerRecord<byte[], byte[]> asJob(ProducerRecord<byte[], byte[]> record) {
        CostEvent cost = partCost(record).orElse(null);
        if (cost == null) {
            checkIsNoPart(record);
            return record;
        }
        JobId part = Objects.requireNonNull(cost.part());
        if (cost.isFinal() || !parent(part).equals(Optional.of(cost.jobId()))) {
            violated("%s costs %s of %s".formatted(part, cost.costUsd(), cost.jobId()));
        }
        return record(JobLog.TOPICS.costs(), part, CostEventCodec.toJson(withId(cost, part)));
    }

    private static CostEvent withId(CostEvent cost, JobId part) {
        return new CostEvent(
                cost.eventId(),
                cost.isFinal(),
                new BatchJob(part, cost.tenant(), cost.batch()),
                null,
                cost.route(),
                cost.cost(),
                cost.reservedUsd(),
                cost.end());
    }

    private void checkIsNoPart(ProducerRecord<byte[], byte[]> record) {
        boolean isOfJob =
                record.topic().equals(JobLog.TOPICS.results())
                        || record.topic().equals(JobLog.TOPICS.costs());
        if (isOfJob && parent(new JobId(new String(record.key(), UTF_8))).isPresent()) {
            violated(new String(record.key(), UTF_8) + " ends like a job of a request");
        }
    }

    /** Returns the parent that a job had at its first model. */
    private Optional<JobId> parent(@Nullable JobId job) {
        List<Task> tasks = job == null ? List.of() : jobs.tasks(job);
        return tasks.isEmpty()
                ? Optional.empty()
                : JobHeaders.parent(tasks.getFirst().record.headers());
    }

    private void violated(String description) {
        checker.violated(Invariant.PARTS_REPORT, description);
    }
}
