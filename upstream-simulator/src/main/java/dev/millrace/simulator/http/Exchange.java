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
                            uninterrupted(() -> deliver(deliver));
                    case Course.Deliver deliver -> besides(() -> deliver(deliver));
                    case Course.Hang hang -> besides(() -> hang(hang.patience()));
                    case Course.DropBefore drop -> besides(() -> hang(drop.after()));
                };
        if (!reusable) {
            throw new CloseConnectionException("the simulated provider hangs up");
        }
    }

    private interface Work {
        /** Returns whether the connection may be used again. */
        boolean run() throws InterruptedException;
    }

    private boolean refuse(Course.Refuse refuse) {
        int status = refuse.error().status();
        record.unbilled(status, Outcome.REFUSED);
        Json.send(response, status, refuse.error().body(call.wire(), call.id()));
        return true;
    }

    private boolean deliver(Course.Deliver deliver) throws InterruptedException {
        return new Delivery(response, record, deliver, () -> clientGone).run();
    }

    private boolean hang(Duration patience) throws InterruptedException {
        try {
            Thread.sleep(patience);
        } catch (InterruptedException ended) {
            record.unbilled(0, clientGone ? Outcome.ABORTED : Outcome.DROPPED);
            throw ended;
        }
        record.unbilled(0, Outcome.DROPPED);
        return false;
    }

    private boolean uninterrupted(Work work) {
        try {
            return work.run();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean besides(Work work) {
        ClientConnection connection = ClientConnection.current();
        Thread worker = Thread.ofVirtual().unstarted(() -> work(work, connection));
        worker.start();
        boolean more = connection.awaitMore();
        if (!more) {
            // This thread is interrupted when the server stops; the rest must still be waited for.
            boolean interrupted = Thread.interrupted();
            boolean stopped = stopping.getAsBoolean() || interrupted;
            clientGone = !stopped;
            if (stopped || plan.course() instanceof Course.Hang || isStream()) {
                worker.interrupt();
            }
        }
        joinFully(worker);
        RuntimeException failed = bug;
        if (failed != null) {
            throw failed;
        }
        return more;
    }

    /**
     * What was not produced for a whole answer is produced all the same, and billed; a stream ends
     * with its client.
     */
    private boolean isStream() {
        return !(plan.course() instanceof Course.Deliver deliver)
                || deliver.payload() instanceof Course.Payload.Events;
    }

    private void work(Work work, ClientConnection connection) {
        boolean reusable = false;
        try {
            reusable = work.run();
        } catch (InterruptedException ended) {
            // The ledger knows; nobody waits for an answer any more.
        } catch (RuntimeException unexpected) {
            bug = unexpected;
        } finally {
            if (!reusable) {
                connection.hangUp();
            }
        }
    }

    private void joinFully(Thread worker) {
        boolean interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException stop) {
                interrupted = true;
                worker.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
