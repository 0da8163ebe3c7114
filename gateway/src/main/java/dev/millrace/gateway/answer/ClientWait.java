package dev.millrace.gateway.answer;

import dev.millrace.gateway.connection.ClientConnection;
import dev.millrace.gateway.job.JobRefusal;
import dev.millrace.gateway.job.JobTicket;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** The wait of a client for its job, which ends when the client disconnects. */
public final class ClientWait {
    /**
     * Time for which a job is awaited past its deadline, because its last call is possibly running.
     */
    public static final Duration GRACE = Duration.ofSeconds(5);

    private ClientWait() {}

    /** Awaits a job and answers its client. */
    @FunctionalInterface
    public interface Answering {
        void run() throws IOException, InterruptedException;
    }

    /**
     * Runs the wait on the thread of the request, and closes the ticket. A client that disconnects
     * abandons the job.
     *
     * @throws IOException if the client has disconnected, or the answer cannot be sent
     * @throws JobRefusal if the job was refused while its client waited
     */
    public static void run(JobTicket ticket, Answering answering)
            throws IOException, InterruptedException {
        var isGone = new AtomicBoolean();
        try (ticket;
                var _ =
                        ClientConnection.watch(
                                () -> {
                                    isGone.set(true);
                                    ticket.abandon();
                                })) {
            answering.run();
        } catch (JobRefusal refusal) {
            if (isGone.get()) {
                // The web server closes the connection without logging an error.
                throw new IOException(new SocketException("the client has gone"));
            }
            throw refusal;
        }
    }
}
