package dev.millrace.simulator.http;

import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.ledger.Ledger;
import dev.millrace.simulator.ledger.LedgerEntry;
import dev.millrace.simulator.ledger.Outcome;
import dev.millrace.simulator.provider.Call;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Writes one call into the ledger, once. Used by one thread at a time. */
final class CallRecord {
    private final Ledger ledger;
    private final LongSupplier ticker;
    private final Call call;
    private final String model;
    private final long startedNanos;

    CallRecord(Ledger ledger, LongSupplier ticker, Call call, String model) {
        this.ledger = ledger;
        this.ticker = ticker;
        this.call = call;
        this.model = model;
        this.startedNanos = ticker.getAsLong();
    }

    Duration elapsed() {
        return Duration.ofNanos(ticker.getAsLong() - startedNanos);
    }

    void unbilled(int status, Outcome outcome) {
        write(status, Usage.NONE, false, outcome);
    }

    /**
     * Returns the sequence, with which an answer that could not be written is {@linkplain #amend
     * amended}.
     */
    long billed(int status, Usage usage, Outcome outcome) {
        return write(status, usage, true, outcome);
    }

    void amend(long sequence, Outcome before, Outcome after) {
        ledger.amend(sequence, before, after);
    }

    private long write(int status, Usage usage, boolean billed, Outcome outcome) {
        return ledger.record(
                new LedgerEntry(
                        0,
                        call.id().created(),
                        elapsed(),
                        new LedgerEntry.Caller(
                                LedgerEntry.Caller.masked(call.key()), call.idempotencyKey()),
                        call.operation(),
                        model,
                        status,
                        usage,
                        billed,
                        outcome));
    }
}
