package dev.millrace.worker.simulation.mutation;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.ledger.LedgerLimits;
import dev.millrace.worker.ledger.OpenJob;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Reading;
import dev.millrace.worker.ledger.TopicTag;
import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.port.Providers.CallReport;
import dev.millrace.worker.port.Providers.CallRequest;
import dev.millrace.worker.port.Providers.Window;
import dev.millrace.worker.port.ResultLog.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Falsifies records, offsets and calls for {@link Mutation}. */
final class MutantRecords {
    private static final LedgerLimits WIDE = new LedgerLimits(1 << 20, 100);

    private MutantRecords() {}

    static Transaction twice(Transaction it) {
        var twice = new ArrayList<>(it.records());
        twice.addAll(it.records());
        return new Transaction(twice, it.offsets(), it.group());
    }

    static Transaction withoutAnswersOfDeadLetters(Transaction it) {
        var records =
                it.records().stream()
                        .filter(
                                record ->
                                        record.value() != null
                                                || !record.topic().endsWith("answers"))
                        .toList();
        return new Transaction(records, it.offsets(), it.group());
    }

    static Transaction withoutPartReports(Transaction it) {
        var records =
                it.records().stream().filter(record -> !record.topic().endsWith("parts")).toList();
        return new Transaction(records, it.offsets(), it.group());
    }

    static Transaction withoutCostOfTooLarge(Transaction it) {
        var records = it.records().stream().map(MutantRecords::withoutCostIfTooLarge).toList();
        return new Transaction(records, it.offsets(), it.group());
    }

    private static ProducerRecord<byte[], byte[]> withoutCostIfTooLarge(
            ProducerRecord<byte[], byte[]> record) {
        if (!record.topic().endsWith("costs")) {
            return record;
        }
        CostEvent event = CostEventCodec.read(record.value());
        JobEnd end = event.end();
        if (end == null || !ErrorCode.RESPONSE_TOO_LARGE.code().equals(end.errorCode())) {
            return record;
        }
        var free = CostEvent.withoutCall(event.jobId(), event.tenant(), event.batch());
        return new ProducerRecord<>(
                record.topic(), record.partition(), record.key(), CostEventCodec.toJson(free));
    }

    static @Nullable OffsetAndMetadata retagged(JobTopics.Committed it) {
        OffsetAndMetadata committed = it.offset();
        return committed == null
                ? null
                : new OffsetAndMetadata(
                        committed.offset(),
                        TopicTag.of(it.topicId()) + committed.metadata().substring(TopicTag.CHARS));
    }

    static OffsetAndMetadata withoutAttempts(OffsetAndMetadata committed) {
        var reading = PartitionLedger.read(committed.offset(), committed.metadata());
        if (!(reading instanceof Reading.Known known)) {
            throw new IllegalStateException("unreadable: " + committed);
        }
        var open = known.open().stream().map(it -> new OpenJob(it.offset(), 0, false)).toList();
        var forgotten = new Reading.Known(known.offset(), known.frontier(), open);
        String metadata = PartitionLedger.restored(forgotten, WIDE).snapshot().metadata();
        return new OffsetAndMetadata(committed.offset(), metadata);
    }

    /** Removes the standing intents of all ledgers. */
    static Transaction withoutStandingIntents(Transaction it) {
        var offsets = new HashMap<>(it.offsets());
        offsets.replaceAll((partition, offset) -> withoutStandingIntents(offset));
        return new Transaction(it.records(), offsets, it.group());
    }

    static OffsetAndMetadata withoutStandingIntents(OffsetAndMetadata committed) {
        var reading = PartitionLedger.read(committed.offset(), committed.metadata());
        if (!(reading instanceof Reading.Known known)) {
            throw new IllegalStateException("unreadable: " + committed);
        }
        return rewritten(
                committed, new Reading.Known(known.offset(), known.frontier(), known.open()));
    }

    /** Lets the standing intents of all ledgers stand for records with any timestamp. */
    static Transaction withEndlessStandingIntents(Transaction it) {
        var offsets = new HashMap<>(it.offsets());
        offsets.replaceAll((partition, offset) -> withEndlessStandingIntents(offset));
        return new Transaction(it.records(), offsets, it.group());
    }

    private static OffsetAndMetadata withEndlessStandingIntents(OffsetAndMetadata committed) {
        return PartitionLedger.read(committed.offset(), committed.metadata())
                                instanceof Reading.Known known
                        && known.standing() > 0
                ? rewritten(
                        committed,
                        new Reading.Known(
                                known.offset(), known.frontier(), known.open(), known.standing()))
                : committed;
    }

    private static OffsetAndMetadata rewritten(OffsetAndMetadata committed, Reading.Known known) {
        return new OffsetAndMetadata(
                committed.offset(),
                committed.metadata().substring(0, TopicTag.CHARS)
                        + PartitionLedger.restored(known, WIDE).snapshot().metadata());
    }

    /** Removes the tags between the topic's tag and the ledger's text. */
    static OffsetAndMetadata withoutFreeAttempts(OffsetAndMetadata committed) {
        String metadata =
                committed.metadata().replaceFirst("^(t[0-9a-f]{8})(?:t[0-9a-f]{8})+", "$1");
        return new OffsetAndMetadata(committed.offset(), metadata);
    }

    /** Returns a copy of a record with other headers. */
    static ConsumerRecord<byte[], byte[]> with(
            ConsumerRecord<byte[], byte[]> it, Consumer<Headers> change) {
        var headers = new RecordHeaders(it.headers());
        change.accept(headers);
        return new ConsumerRecord<>(
                it.topic(),
                it.partition(),
                it.offset(),
                it.timestamp(),
                it.timestampType(),
                it.serializedKeySize(),
                it.serializedValueSize(),
                it.key(),
                it.value(),
                headers,
                it.leaderEpoch());
    }

    static ConsumerRecord<byte[], byte[]> withoutTimestamp(ConsumerRecord<byte[], byte[]> it) {
        return new ConsumerRecord<>(
                it.topic(),
                it.partition(),
                it.offset(),
                0,
                it.timestampType(),
                it.serializedKeySize(),
                it.serializedValueSize(),
                it.key(),
                it.value(),
                it.headers(),
                it.leaderEpoch());
    }

    /** Reports a refused call, which opens a breaker at once, as a call with another error. */
    static CallReport refusedAs(ErrorCode error, CallReport it) {
        return it.verdict() instanceof Verdict.Failed failed && isRefused(failed.error())
                ? with(it, failed, error, failed.billing())
                : it;
    }

    /** Reports a failed, possibly billed call as unbilled. */
    static CallReport unbilledIfUncertain(CallReport it) {
        return it.verdict() instanceof Verdict.Failed failed
                        && failed.billing() instanceof Billing.Uncertain
                ? with(it, failed, failed.error(), Billing.NOTHING)
                : it;
    }

    /** Reports a billed answer as without a stated cost. */
    static CallReport withoutStatedCost(CallReport it) {
        return it.verdict() instanceof Verdict.Answered answered
                        && answered.billing() instanceof Billing.Billed billed
                ? with(
                        it,
                        new Verdict.Answered(
                                answered.response(), new Billing.Billed(billed.usage())))
                : it;
    }

    private static CallReport with(
            CallReport it, Verdict.Failed failed, ErrorCode error, Billing billing) {
        return with(
                it,
                new Verdict.Failed(
                        error, failed.message(), failed.response(), failed.retryAfter(), billing));
    }

    private static CallReport with(CallReport it, Verdict verdict) {
        return new CallReport(
                it.line(), it.unreadable(), verdict, it.called(), it.took(), it.fatal());
    }

    private static boolean isRefused(ErrorCode error) {
        return switch (error.breakerEffect()) {
            case OPENS, OPENS_KEY -> true;
            case COUNTS, LOWERS_PACE, NONE -> false;
        };
    }

    static CallRequest withoutSendWindow(CallRequest it) {
        long end = it.window().endByNanos();
        return new CallRequest(
                it.job(),
                it.idempotencyKey(),
                it.attempt(),
                it.model(),
                it.record(),
                it.additions(),
                it.key(),
                new Window(end, end),
                it.streamsChunks());
    }
}
