package dev.millrace.simulator.http;

import dev.millrace.simulator.calllog.CallOutcome;
import dev.millrace.simulator.provider.Call;
import dev.millrace.simulator.provider.CallAction;
import dev.millrace.simulator.provider.CallPlan;
import dev.millrace.simulator.wire.SimulatedErrorBody;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Executes the plan for one call.
 *
 * <p>Immediate actions run on the connection's thread. Actions that take time run on a second
 * virtual thread while the connection's thread reads. Reading the end of the stream is the only way
 * to detect that the client has disconnected before the answer is written.
 */
final class CallExecutor {
    private final Call call;
    private final CallPlan plan;
    private final ServerResponse response;
    private final CallRecorder recorder;
    private final BooleanSupplier isStopping;
    private final CancellableDelay delay = new CancellableDelay();
    private volatile boolean hasClientDisconnected;
    private volatile @Nullable RuntimeException failure;

    CallExecutor(
            Call call,
            CallPlan plan,
            ServerResponse response,
            CallRecorder recorder,
            BooleanSupplier isStopping) {
        this.call = call;
        this.plan = plan;
        this.response = response;
        this.recorder = recorder;
        this.isStopping = isStopping;
    }

    /** Runs on the connection's thread until the call has ended. */
    void run() {
        plan.headers().forEach(header -> response.header(header.name(), header.value()));
        boolean reusable =
                switch (plan.action()) {
                    case CallAction.Refuse refuse when refuse.delay().isZero() -> refuse(refuse);
                    case CallAction.Refuse refuse -> runWhileReading(() -> refuseLate(refuse));
                    case CallAction.Deliver deliver when isImmediate(deliver) -> deliver(deliver);
                    case CallAction.Deliver deliver -> runWhileReading(() -> deliver(deliver));
                    case CallAction.Hang hang -> runWhileReading(() -> hang(hang.timeout()));
                    case CallAction.DropBeforeAnswer drop ->
                            runWhileReading(() -> hang(drop.delay()));
                };
        if (!reusable) {
            throw new CloseConnectionException("the simulated provider closes the connection");
        }
    }

    private static boolean isImmediate(CallAction.Deliver deliver) {
        return deliver.timing().total().isZero()
                && deliver.cut() != CallAction.CutPoint.HANG_MID_BODY;
    }

    private boolean refuse(CallAction.Refuse refuse) {
        if (refuse.billed() == null) {
            recorder.recordRefused(refuse.status(), refuse.error().kind());
        } else {
            recorder.recordBilled(refuse.status(), refuse.billed(), CallOutcome.REFUSED);
        }
        SimulatedErrorBody body =
                SimulatedErrorBody.of(refuse.error(), refuse.form(), call.wire(), call.id());
        response.status(refuse.status());
        response.header(HeaderNames.CONTENT_TYPE, body.contentType());
        response.send(body.text().getBytes(StandardCharsets.UTF_8));
        return true;
    }

    private boolean refuseLate(CallAction.Refuse refuse) {
        if (delay.await(refuse.delay())) {
            return refuse(refuse);
        }
        recorder.recordUnbilled(0, earlyOutcome());
        return false;
    }

    private boolean deliver(CallAction.Deliver deliver) {
        AnswerDelivery delivery =
                new AnswerDelivery(
                        response,
                        recorder,
                        deliver,
                        delay,
                        () -> hasClientDisconnected,
                        isStopping);
        return switch (deliver.payload()) {
            case CallAction.Payload.Body body -> new BodyWriter(delivery, body.text()).run();
            case CallAction.Payload.Events events ->
                    new StreamWriter(delivery, events.events()).run();
        };
    }

    private boolean hang(Duration timeout) {
        boolean isOver = delay.await(timeout);
        recorder.recordUnbilled(0, isOver ? CallOutcome.DROPPED : earlyOutcome());
        return false;
    }

    private CallOutcome earlyOutcome() {
        return hasClientDisconnected ? CallOutcome.ABORTED : CallOutcome.DROPPED;
    }

    /**
     * Runs work on a second thread while this thread reads from the client.
     *
     * @return true when the connection can be reused
     */
    private boolean runWhileReading(BooleanSupplier work) {
        SimulatorConnection connection = SimulatorConnection.current();
        Thread worker = Thread.ofVirtual().start(() -> work(work, connection));
        boolean isConnected = connection.awaitInput();
        if (!isConnected) {
            // A stopping server interrupts this thread, which must still wait for the worker.
            boolean isServerStopping = Thread.interrupted() || isStopping.getAsBoolean();
            hasClientDisconnected = !isServerStopping;
            if (isServerStopping || !isUnstreamedAnswer()) {
                delay.cancel();
            }
        }
        join(worker);
        RuntimeException unexpected = failure;
        if (unexpected != null) {
            throw unexpected;
        }
        return isConnected;
    }

    /**
     * Returns true for an answer that is neither streamed nor stalls. Such an answer is produced
     * and billed even when the client has disconnected; every other action ends when the client
     * disconnects.
     */
    private boolean isUnstreamedAnswer() {
        return plan.action() instanceof CallAction.Deliver deliver
                && deliver.payload() instanceof CallAction.Payload.Body
                && deliver.cut() != CallAction.CutPoint.HANG_MID_BODY;
    }

    private void work(BooleanSupplier work, SimulatorConnection connection) {
        boolean reusable = false;
        try {
            reusable = work.getAsBoolean();
        } catch (RuntimeException unexpected) {
            failure = unexpected;
        } finally {
            if (!reusable) {
                connection.closeSocket();
            }
        }
    }

    private void join(Thread worker) {
        boolean interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException stop) {
                interrupted = true;
                delay.cancel();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
