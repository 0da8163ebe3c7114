package dev.millrace.simulator.http;

import dev.millrace.simulator.calllog.CallOutcome;
import dev.millrace.simulator.provider.CallAction.CutPoint;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream of events, with comments while the stream waits. Runs on one thread and blocks.
 */
final class StreamWriter {
    private static final byte[] COMMENT = ": keep-alive\n\n".getBytes(StandardCharsets.UTF_8);

    private final AnswerDelivery delivery;
    private final List<String> events;

    /** Time between two events. */
    private final Duration interval;

    private @Nullable OutputStream opened;

    /**
     * @param events at least two
     */
    StreamWriter(AnswerDelivery delivery, List<String> events) {
        this.delivery = delivery;
        this.events = events;
        Duration spread = delivery.timing().total().minus(delivery.timing().firstByte());
        this.interval = spread.dividedBy(events.size() - 1L);
    }

    /**
     * Writes the stream. The call is in the ledger when this method returns.
     *
     * @return true when the connection can be reused
     */
    boolean run() {
        if (!waitUntil(delivery.timing().firstByte())) {
            delivery.recordUnbilled(delivery.earlyOutcome());
            return false;
        }
        if (delivery.cut() == CutPoint.BEFORE_FIRST_BYTE) {
            delivery.recordBilled(0, CallOutcome.DROPPED);
            return false;
        }
        boolean isComplete = delivery.cut() == CutPoint.NONE;
        int last = isComplete ? events.size() - 1 : events.size() / 2;
        for (int i = 0; i < last; i++) {
            if (!write(events.get(i), i + 1)) {
                delivery.recordPartialStream(i + 1, events.size());
                return false;
            }
        }
        return isComplete
                ? delivery.finish(this::writeLast)
                : delivery.endAtCut(out(), () -> await(delivery.timing().hang()));
    }

    /**
     * Writes one event and waits until the next event is due.
     *
     * @return false when the client has disconnected
     */
    private boolean write(String event, int sent) {
        boolean isWritten =
                delivery.tryWrite(() -> out().write(event.getBytes(StandardCharsets.UTF_8)));
        if (!isWritten || !interval.isPositive()) {
            return isWritten;
        }
        return delivery.tryWrite(out()::flush)
                && waitUntil(delivery.timing().firstByte().plus(interval.multipliedBy(sent)));
    }

    private void writeLast() throws IOException {
        out().write(events.getLast().getBytes(StandardCharsets.UTF_8));
        delivery.close(out());
    }

    /** Waits until the given time has passed since the call arrived; false when cancelled. */
    private boolean waitUntil(Duration sinceStart) {
        return await(delivery.timeUntil(sinceStart));
    }

    /** Waits for the given time, with comments; false when cancelled. */
    private boolean await(Duration time) {
        Duration pause = delivery.timing().keepAlive();
        Duration left = time;
        while (pause.isPositive() && left.compareTo(pause) > 0) {
            if (!delivery.await(pause) || !delivery.tryWrite(this::writeComment)) {
                return false;
            }
            left = left.minus(pause);
        }
        return delivery.await(left);
    }

    private void writeComment() throws IOException {
        out().write(COMMENT);
        out().flush();
    }

    /** Returns the body of the response; the first write sends status and headers. */
    private OutputStream out() {
        OutputStream out = opened;
        if (out == null) {
            var response = delivery.response();
            response.header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
            response.header(HeaderNames.CACHE_CONTROL, "no-cache");
            out = response.outputStream();
            opened = out;
        }
        return out;
    }
}
