package dev.millrace.simulator.http;

import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.calllog.CallOutcome;
import dev.millrace.simulator.provider.CallAction;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * The delivery of one answer to the client: when it is due, how it ends, and its ledger entry.
 * Records the call before sending the last byte, so that a client with a complete answer finds the
 * call in the ledger. Used by one thread, which blocks.
 */
final class AnswerDelivery {
    static final int OK = 200;

    private final ServerResponse response;
    private final CallRecorder recorder;
    private final CallAction.Deliver action;
    private final CancellableDelay delay;
    private final BooleanSupplier hasClientDisconnected;
    private final BooleanSupplier isStopping;
    private boolean hasWriteFailed;

    AnswerDelivery(
            ServerResponse response,
            CallRecorder recorder,
            CallAction.Deliver action,
            CancellableDelay delay,
            BooleanSupplier hasClientDisconnected,
            BooleanSupplier isStopping) {
        this.response = response;
        this.recorder = recorder;
        this.action = action;
        this.delay = delay;
        this.hasClientDisconnected = hasClientDisconnected;
        this.isStopping = isStopping;
    }

    ServerResponse response() {
        return response;
    }

    CallAction.CutPoint cut() {
        return action.cut();
    }

    CallAction.Timing timing() {
        return action.timing();
    }

    boolean hasClientDisconnected() {
        return hasClientDisconnected.getAsBoolean();
    }

    /** Waits for the given time; false when cancelled. */
    boolean await(Duration time) {
        return delay.await(time);
    }

    /** Returns the time left until the given time since the call's arrival; can be negative. */
    Duration timeUntil(Duration sinceStart) {
        return sinceStart.minus(recorder.elapsed());
    }

    void recordUnbilled(CallOutcome outcome) {
        recorder.recordUnbilled(0, outcome);
    }

    void recordBilled(int status, CallOutcome outcome) {
        recorder.recordBilled(status, action.usage(), outcome);
    }

    /**
     * Records a stream that ended early, billed for the tokens generated so far. Only the last
     * event follows the usage, so a stream without it is billed as it has reported.
     */
    void recordPartialStream(int sent, int events) {
        Usage usage = action.usage();
        int beforeLast = events - 1;
        int generated = (int) ((long) usage.output() * Math.min(sent, beforeLast) / beforeLast);
        recorder.recordBilled(OK, usage.withOutput(generated), earlyOutcome());
    }

    /**
     * Records the answer and writes its end. Amends the ledger when the client has disconnected.
     *
     * @return true when the connection can be reused
     */
    boolean finish(WriteAction end) {
        long entry = recorder.recordBilled(OK, action.usage(), CallOutcome.ANSWERED);
        boolean written = tryWrite(end);
        if (!written) {
            recorder.amend(entry, CallOutcome.ANSWERED, CallOutcome.ABORTED);
        }
        return written;
    }

    /**
     * Ends an answer whose first half is written. The call is in the ledger when this method
     * returns.
     *
     * @param hang waits until a stalled answer is over
     * @return true when the connection can be reused
     */
    boolean endAtCut(OutputStream out, Runnable hang) {
        return switch (action.cut()) {
            case NONE, BEFORE_FIRST_BYTE ->
                    throw new IllegalStateException("the answer is not cut in its middle");
            case MID_BODY -> {
                recordBilled(OK, CallOutcome.DROPPED);
                tryWrite(out::flush);
                yield false;
            }
            case END_MID_BODY -> {
                recordBilled(OK, CallOutcome.DROPPED);
                yield tryWrite(() -> close(out));
            }
            case HANG_MID_BODY -> {
                if (tryWrite(out::flush)) {
                    hang.run();
                }
                recordBilled(OK, earlyOutcome());
                yield false;
            }
        };
    }

    /**
     * Ends the body. Closing the stream is not enough: the web server sends the last chunk of a
     * chunked body only when the response is committed. It commits the response only after its
     * handler, which reads from the client at the same time.
     */
    void close(OutputStream out) throws IOException {
        out.close();
        if (response instanceof RoutingResponse committable) {
            committable.commit();
        }
    }

    /** Writes to the client. */
    interface WriteAction {
        void run() throws IOException;
    }

    /**
     * Runs a write.
     *
     * @return false when the client has disconnected, which is not an error
     */
    boolean tryWrite(WriteAction writing) {
        try {
            writing.run();
            return true;
        } catch (IOException | CloseConnectionException gone) {
            hasWriteFailed = true;
            return false;
        }
    }

    /**
     * Returns the outcome of a call that ended early. A write can fail before the reading thread
     * detects that the client has disconnected.
     */
    CallOutcome earlyOutcome() {
        boolean hasLeft =
                hasClientDisconnected.getAsBoolean()
                        || (hasWriteFailed && !isStopping.getAsBoolean());
        return hasLeft ? CallOutcome.ABORTED : CallOutcome.DROPPED;
    }
}
