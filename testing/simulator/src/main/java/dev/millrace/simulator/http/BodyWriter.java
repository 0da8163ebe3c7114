package dev.millrace.simulator.http;

import dev.millrace.simulator.calllog.CallOutcome;
import dev.millrace.simulator.provider.CallAction.CutPoint;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes an answer that is not streamed. Runs on one thread and blocks. */
final class BodyWriter {
    private final AnswerDelivery delivery;
    private final byte[] body;

    BodyWriter(AnswerDelivery delivery, String body) {
        this.delivery = delivery;
        this.body = body.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Writes the answer. The call is in the ledger when this method returns.
     *
     * @return true when the connection can be reused
     */
    boolean run() {
        if (!delivery.await(delivery.timeUntil(delivery.timing().total()))) {
            delivery.recordUnbilled(delivery.earlyOutcome());
            return false;
        }
        if (delivery.hasClientDisconnected()) {
            delivery.recordBilled(0, CallOutcome.ABORTED);
            return false;
        }
        delivery.response().header(HeaderNames.CONTENT_TYPE, "application/json");
        return switch (delivery.cut()) {
            case NONE -> delivery.finish(() -> delivery.response().send(body));
            case BEFORE_FIRST_BYTE -> {
                delivery.recordBilled(0, CallOutcome.DROPPED);
                yield false;
            }
            case MID_BODY, END_MID_BODY, HANG_MID_BODY -> writeHalf();
        };
    }

    /** Announces the complete length, except for a body that ends regularly in its middle. */
    private boolean writeHalf() {
        if (delivery.cut() != CutPoint.END_MID_BODY) {
            delivery.response().header(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
        }
        OutputStream out = delivery.response().outputStream();
        delivery.tryWrite(() -> writeHalf(out));
        return delivery.endAtCut(out, () -> delivery.await(delivery.timing().hang()));
    }

    private void writeHalf(OutputStream out) throws IOException {
        out.write(body, 0, body.length / 2);
        out.flush();
    }
}
