package dev.millrace.simulator.http;

import dev.millrace.simulator.ledger.Outcome;
import dev.millrace.simulator.provider.Call;
import dev.millrace.simulator.provider.Course;
import dev.millrace.simulator.provider.Plan;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the decision on one call.
 *
 * <p>What is due at once is done on the connection's thread. What takes time is done by a second
 * virtual thread while the connection's thread reads: when it reads the end, the client is gone,
 * whom nothing else would betray before the answer is written.
 */
final class Exchange {
    private final Call call;
    private final Plan plan;
    private final ServerResponse response;
    private final CallRecord record;
    private final BooleanSupplier stopping;
    private final Waiting waiting = new Waiting();
    private volatile boolean clientGone;
    private volatile @Nullable RuntimeException bug;

    Exchange(
            Call call,
            Plan plan,
            ServerResponse response,
            CallRecord record,
            BooleanSupplier stopping) {
        this.call = call;
        this.plan = plan;
        this.response = response;
        this.record = record;
        this.stopping = stopping;
    }

    /** Runs on the connection's thread until the call has ended. */
    void run() {
        plan.headers().forEach(header -> response.header(header.name(), header.value()));
        boolean reusable =
                switch (plan.course()) {
                    case Course.Refuse refuse -> refuse(refuse);
                    case Course.Deliver deliver when deliver.pace().total().isZero() ->
                            deliver(deliver);
                    case Course.Deliver deliver -> besides(() -> deliver(deliver));
                    case Course.Hang hang -> besides(() -> hang(hang.patience()));
                    case Course.DropBefore drop -> besides(() -> hang(drop.after()));
                };
        if (!reusable) {
            throw new CloseConnectionException("the simulated provider hangs up");
        }
    }

    private boolean refuse(Course.Refuse refuse) {
        int status = refuse.error().status();
        record.unbilled(status, Outcome.REFUSED);
        Json.send(response, status, refuse.error().body(call.wire(), call.id()));
        return true;
    }

    private boolean deliver(Course.Deliver deliver) {
        return new Delivery(response, record, deliver, waiting, () -> clientGone, stopping).run();
    }

    private boolean hang(Duration patience) {
        boolean left = !waiting.pass(patience) && clientGone;
        record.unbilled(0, left ? Outcome.ABORTED : Outcome.DROPPED);
        return false;
    }

    /**
     * Works on a second thread while this one reads; returns whether the connection may be used
     * again.
     */
    private boolean besides(BooleanSupplier work) {
        ClientConnection connection = ClientConnection.current();
        Thread worker = Thread.ofVirtual().start(() -> work(work, connection));
        boolean more = connection.awaitMore();
        if (!more) {
            // The server interrupts this thread when it stops; the worker must still be waited for.
            boolean stopped = Thread.interrupted() || stopping.getAsBoolean();
            clientGone = !stopped;
            if (stopped || !isWhole()) {
                waiting.cutShort();
            }
        }
        join(worker);
        RuntimeException failed = bug;
        if (failed != null) {
            throw failed;
        }
        return more;
    }

    /**
     * A whole answer is produced, and billed, also when its client has left; everything else ends
     * with the client.
     */
    private boolean isWhole() {
        return plan.course() instanceof Course.Deliver deliver
                && deliver.payload() instanceof Course.Payload.Whole;
    }

    private void work(BooleanSupplier work, ClientConnection connection) {
        boolean reusable = false;
        try {
            reusable = work.getAsBoolean();
        } catch (RuntimeException unexpected) {
            bug = unexpected;
        } finally {
            if (!reusable) {
                connection.hangUp();
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
                waiting.cutShort();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
