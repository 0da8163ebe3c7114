package dev.millrace.simulator.http;

import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.calllog.CallLog;
import dev.millrace.simulator.calllog.CallOutcome;
import dev.millrace.simulator.calllog.LoggedCall;
import dev.millrace.simulator.provider.Call;
import dev.millrace.simulator.provider.CallPlan;
import dev.millrace.simulator.wire.WireError;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Records one call, once: in the ledger, in the statistics, and at the expense of its account. Used
 * by one thread at a time.
 */
final class CallRecorder {
    private final CallLog ledger;
    private final LongSupplier ticker;
    private final Call call;
    private final CallPlan plan;
    private final long startedNanos;

    CallRecorder(CallLog ledger, LongSupplier ticker, Call call, CallPlan plan) {
        this.ledger = ledger;
        this.ticker = ticker;
        this.call = call;
        this.plan = plan;
        this.startedNanos = ticker.getAsLong();
    }

    Duration elapsed() {
        return Duration.ofNanos(ticker.getAsLong() - startedNanos);
    }

    void recordUnbilled(int status, CallOutcome outcome) {
        plan.counter().addOutcome(outcome.key());
        write(status, Usage.NONE, false, outcome);
    }

    void recordRefused(int status, WireError kind) {
        plan.counter().addOutcome(kind.key());
        write(status, Usage.NONE, false, CallOutcome.REFUSED);
    }

    /**
     * Records a billed call.
     *
     * @return the sequence, for {@link #amend} when the answer cannot be written
     */
    long recordBilled(int status, Usage usage, CallOutcome outcome) {
        plan.account().charge(usage.total());
        plan.counter().addOutcome(outcome.key());
        return write(status, usage, true, outcome);
    }

    void amend(long sequence, CallOutcome before, CallOutcome after) {
        plan.counter().changeOutcome(before.key(), after.key());
        ledger.amend(sequence, before, after);
    }

    private long write(int status, Usage usage, boolean billed, CallOutcome outcome) {
        return ledger.record(
                new LoggedCall(
                        0,
                        call.id().created(),
                        elapsed(),
                        new LoggedCall.Caller(
                                LoggedCall.Caller.masked(call.key()), call.idempotencyKey()),
                        call.operation(),
                        plan.model(),
                        status,
                        usage,
                        billed,
                        outcome));
    }
}
