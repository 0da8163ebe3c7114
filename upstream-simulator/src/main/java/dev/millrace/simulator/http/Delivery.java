package dev.millrace.simulator.http;

import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.ledger.Outcome;
import dev.millrace.simulator.provider.Course;
import dev.millrace.simulator.provider.Course.Cut;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Writes one answer and enters it into the ledger before its last byte leaves, so that whoever has
 * the answer finds it there. Runs on one thread, blocking.
 */
final class Delivery {
    private static final int OK = 200;

    private final ServerResponse response;
    private final CallRecord record;
    private final Course.Deliver course;
    private final BooleanSupplier clientGone;

    Delivery(
            ServerResponse response,
            CallRecord record,
            Course.Deliver course,
            BooleanSupplier clientGone) {
        this.response = response;
        this.record = record;
        this.course = course;
        this.clientGone = clientGone;
    }

    /**
     * Writes the answer.
     *
     * @return whether the connection may be used again
     * @throws InterruptedException when the server stops or the client of a stream has left; the
     *     call is in the ledger
     */
    boolean run() throws InterruptedException {
        return switch (course.payload()) {
            case Course.Payload.Whole whole -> whole(whole.body().getBytes(StandardCharsets.UTF_8));
            case Course.Payload.Events events -> stream(events.events());
        };
    }

    private boolean whole(byte[] body) throws InterruptedException {
        try {
            await(course.pace().total());
        } catch (InterruptedException stopped) {
            record.unbilled(0, Outcome.DROPPED);
            throw stopped;
        }
        if (clientGone.getAsBoolean()) {
            record.billed(0, course.usage(), Outcome.ABORTED);
            return false;
        }
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        return switch (course.cut()) {
            case BEFORE_FIRST_BYTE -> {
                record.billed(0, course.usage(), Outcome.DROPPED);
                yield false;
            }
            case MID_BODY -> {
                record.billed(OK, course.usage(), Outcome.DROPPED);
                response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
                writeQuietly(body, body.length / 2);
                yield false;
            }
            case NOWHERE -> send(body);
        };
    }

    private boolean send(byte[] body) {
        long entry = record.billed(OK, course.usage(), Outcome.ANSWERED);
        try {
            response.send(body);
            return true;
        } catch (CloseConnectionException | UncheckedIOException gone) {
            record.amend(entry, Outcome.ANSWERED, Outcome.ABORTED);
            return false;
        }
    }

    private void writeQuietly(byte[] body, int length) {
        try {
            OutputStream out = response.outputStream();
            out.write(body, 0, length);
            out.flush();
        } catch (IOException | CloseConnectionException gone) {
            // The connection closes either way, and the call is in the ledger.
        }
    }

    private boolean stream(List<String> events) throws InterruptedException {
        int sent = 0;
        try {
            await(course.pace().firstByte());
            if (course.cut() == Cut.BEFORE_FIRST_BYTE) {
                record.billed(0, course.usage(), Outcome.DROPPED);
                return false;
            }
            OutputStream out = open();
            int last = course.cut() == Cut.MID_BODY ? events.size() / 2 : events.size() - 1;
            Duration between = between(events.size());
            for (; sent < last; sent++) {
                write(out, events.get(sent));
                if (between.isPositive()) {
                    out.flush();
                    await(course.pace().firstByte().plus(between.multipliedBy(sent + 1L)));
                }
            }
            return finish(out, events.get(last));
        } catch (IOException | CloseConnectionException gone) {
            aborted(sent, events.size());
            return false;
        } catch (InterruptedException stopped) {
            aborted(sent, events.size());
            throw stopped;
        }
    }

    private boolean finish(OutputStream out, String last) throws IOException {
        if (course.cut() == Cut.MID_BODY) {
            record.billed(OK, course.usage(), Outcome.DROPPED);
            out.flush();
            return false;
        }
        long entry = record.billed(OK, course.usage(), Outcome.ANSWERED);
        try {
            write(out, last);
            out.close();
            return true;
        } catch (IOException | CloseConnectionException gone) {
            record.amend(entry, Outcome.ANSWERED, Outcome.ABORTED);
            return false;
        }
    }

    private static void write(OutputStream out, String event) throws IOException {
        out.write(event.getBytes(StandardCharsets.UTF_8));
    }

    private OutputStream open() {
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        response.header(HeaderNames.CACHE_CONTROL, "no-cache");
        return response.outputStream();
    }

    /**
     * A stream that ends early is billed for what was generated until then, nothing when not a byte
     * was.
     */
    private void aborted(int sent, int events) {
        Outcome outcome = clientGone.getAsBoolean() ? Outcome.ABORTED : Outcome.DROPPED;
        if (sent == 0) {
            record.unbilled(0, outcome);
            return;
        }
        Usage usage = course.usage();
        record.billed(OK, usage.withOutput((int) ((long) usage.output() * sent / events)), outcome);
    }

    private Duration between(int events) {
        return course.pace().total().minus(course.pace().firstByte()).dividedBy(events - 1L);
    }

    /** Sleeps until so much time has passed since the call came in. */
    private void await(Duration sinceStart) throws InterruptedException {
        Duration left = sinceStart.minus(record.elapsed());
        if (left.isPositive()) {
            Thread.sleep(left);
        }
    }
}
