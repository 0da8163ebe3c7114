package dev.millrace.simulator.http;

import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.ledger.CallOutcome;
import dev.millrace.simulator.ledger.Ledger;
import dev.millrace.simulator.ledger.LedgerEntry;
import dev.millrace.simulator.provider.Call;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Records one call in the ledger, once. Used by one thread at a time. */
final class CallRecorder {
    private final Ledger ledger;
    private final LongSupplier ticker;
    private final Call call;
    private final String model;
    private final long startedNanos;

    CallRecorder(Ledger ledger, LongSupplier ticker, Call call, String model) {
        this.ledger = ledger;
        this.ticker = ticker;
        this.call = call;
        this.model = model;
        this.startedNanos = ticker.getAsLong();
    }

    Duration elapsed() {
        return Duration.ofNanos(ticker.getAsLong() - startedNanos);
    }

    void recordUnbilled(int status, CallOutcome outcome) {
        write(status, Usage.NONE, false, outcome);
    }

    /**
     * Records a billed call.
     *
     * @return the sequence, for {@link #amend} when the answer cannot be written
     */
    long recordBilled(int status, Usage usage, CallOutcome outcome) {
        return write(status, usage, true, outcome);
    }

    void amend(long sequence, CallOutcome before, CallOutcome after) {
        ledger.amend(sequence, before, after);
    }

    private long write(int status, Usage usage, boolean billed, CallOutcome outcome) {
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
