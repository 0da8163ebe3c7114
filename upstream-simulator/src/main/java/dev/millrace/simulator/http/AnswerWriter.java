package dev.millrace.simulator.http;

import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.ledger.CallOutcome;
import dev.millrace.simulator.provider.CallAction;
import dev.millrace.simulator.provider.CallAction.CutPoint;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Writes one answer. Records the call in the ledger before it sends the last byte, so that a client
 * with a complete answer finds the call there. Runs on one thread and blocks.
 */
final class AnswerWriter {
    private static final int OK = 200;

    private final ServerResponse response;
    private final CallRecorder recorder;
    private final CallAction.Deliver action;
    private final CancellableDelay delay;
    private final BooleanSupplier hasClientDisconnected;
    private final BooleanSupplier isStopping;
    private boolean hasWriteFailed;

    /** Time between two events of a stream. */
    private final Duration eventInterval;

    AnswerWriter(
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
        this.eventInterval = eventInterval(action);
    }

    private static Duration eventInterval(CallAction.Deliver action) {
        return switch (action.payload()) {
            case CallAction.Payload.Body _ -> Duration.ZERO;
            case CallAction.Payload.Events events ->
                    action.timing()
                            .total()
                            .minus(action.timing().firstByte())
                            .dividedBy(events.events().size() - 1L);
        };
    }

    /**
     * Writes the answer. The call is in the ledger when this method returns.
     *
     * @return true when the connection may be reused
     */
    boolean run() {
        return switch (action.payload()) {
            case CallAction.Payload.Body body ->
                    writeBody(body.text().getBytes(StandardCharsets.UTF_8));
            case CallAction.Payload.Events events -> writeStream(events.events());
        };
    }

    private boolean writeBody(byte[] body) {
        if (!waitUntil(action.timing().total())) {
            recorder.recordUnbilled(0, CallOutcome.DROPPED);
            return false;
        }
        if (hasClientDisconnected.getAsBoolean()) {
            recorder.recordBilled(0, action.usage(), CallOutcome.ABORTED);
            return false;
        }
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        return switch (action.cut()) {
            case BEFORE_FIRST_BYTE -> {
                recorder.recordBilled(0, action.usage(), CallOutcome.DROPPED);
                yield false;
            }
            case MID_BODY -> {
                recorder.recordBilled(OK, action.usage(), CallOutcome.DROPPED);
                response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
                tryWrite(() -> writeHalf(body));
                yield false;
            }
            case NONE -> finish(() -> response.send(body));
        };
    }

    private void writeHalf(byte[] body) throws IOException {
        OutputStream out = response.outputStream();
        out.write(body, 0, body.length / 2);
        out.flush();
    }

    private boolean writeStream(List<String> events) {
        if (!waitUntil(action.timing().firstByte())) {
            recorder.recordUnbilled(0, earlyOutcome());
            return false;
        }
        if (action.cut() == CutPoint.BEFORE_FIRST_BYTE) {
            recorder.recordBilled(0, action.usage(), CallOutcome.DROPPED);
            return false;
        }
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        response.header(HeaderNames.CACHE_CONTROL, "no-cache");
        OutputStream out = response.outputStream();
        int last = action.cut() == CutPoint.MID_BODY ? events.size() / 2 : events.size() - 1;
        for (int i = 0; i < last; i++) {
            if (!write(out, events.get(i), i + 1)) {
                recordPartialStream(i + 1, events.size());
                return false;
            }
        }
        return endStream(out, events.get(last));
    }

    /**
     * Writes one event and waits until the next event is due.
     *
     * @return false when the client has disconnected
     */
    private boolean write(OutputStream out, String event, int sent) {
        boolean isSpaced = eventInterval.isPositive();
        hasWriteFailed =
                !tryWrite(() -> out.write(event.getBytes(StandardCharsets.UTF_8)))
                        || (isSpaced && !tryWrite(out::flush));
        if (hasWriteFailed || !isSpaced) {
            return !hasWriteFailed;
        }
        return waitUntil(action.timing().firstByte().plus(eventInterval.multipliedBy(sent)));
    }

    /** Records a stream that ended early, billed for the tokens generated so far. */
    private void recordPartialStream(int sent, int events) {
        Usage usage = action.usage();
        int generated = (int) ((long) usage.output() * sent / events);
        recorder.recordBilled(OK, usage.withOutput(generated), earlyOutcome());
    }

    private boolean endStream(OutputStream out, String last) {
        if (action.cut() == CutPoint.MID_BODY) {
            recorder.recordBilled(OK, action.usage(), CallOutcome.DROPPED);
            tryWrite(out::flush);
            return false;
        }
        return finish(
                () -> {
                    out.write(last.getBytes(StandardCharsets.UTF_8));
                    out.close();
                });
    }

    /**
     * Records the answer and writes its end. Amends the ledger when the client has disconnected.
     */
    private boolean finish(WriteAction end) {
        long entry = recorder.recordBilled(OK, action.usage(), CallOutcome.ANSWERED);
        boolean written = tryWrite(end);
        if (!written) {
            recorder.amend(entry, CallOutcome.ANSWERED, CallOutcome.ABORTED);
        }
        return written;
    }

    private interface WriteAction {
        void run() throws IOException;
    }

    /**
     * Runs a write.
     *
     * @return false when the client has disconnected, which is not an error
     */
    private static boolean tryWrite(WriteAction writing) {
        try {
            writing.run();
            return true;
        } catch (IOException | CloseConnectionException gone) {
            return false;
        }
    }

    /**
     * Returns the outcome of a call that ended early. A write can fail before the reading thread
     * detects that the client has disconnected.
     */
    private CallOutcome earlyOutcome() {
        boolean hasLeft =
                hasClientDisconnected.getAsBoolean()
                        || (hasWriteFailed && !isStopping.getAsBoolean());
        return hasLeft ? CallOutcome.ABORTED : CallOutcome.DROPPED;
    }

    /** Waits until the given time has passed since the call arrived; false when cancelled. */
    private boolean waitUntil(Duration sinceStart) {
        return delay.await(sinceStart.minus(recorder.elapsed()));
    }
}
