package dev.millrace.standalone.usage;

import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.ops.UsageServer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts the usage API and the dashboard of a run after the first result, on a dedicated thread, so
 * that starting the server does not delay the result. Only the main thread calls the methods.
 */
public final class BackgroundUsage implements AutoCloseable {
    private final Supplier<UsageServer> start;
    private final Terminal terminal;
    private @Nullable CompletableFuture<UsageServer> started;
    private boolean reported;

    /**
     * Creates a start that has not begun.
     *
     * @param start starts the server
     */
    public BackgroundUsage(Supplier<UsageServer> start, Terminal terminal) {
        this.start = start;
        this.terminal = terminal;
    }

    /**
     * Starts the server once there is a result, and reports its address or why it cannot start.
     *
     * @param beforeLine clears the terminal's last line; called before a message is printed
     */
    public void onTick(boolean hasResult, Runnable beforeLine) {
        if (started == null && hasResult) {
            started =
                    CompletableFuture.supplyAsync(
                            start, task -> Thread.ofVirtual().name("millrace-api").start(task));
        }
        if (started != null && started.isDone() && !reported) {
            reported = true;
            beforeLine.run();
            terminal.say(report(started));
        }
    }

    /** Returns a message; a run continues without the API, since its calls are paid for. */
    private static String report(CompletableFuture<UsageServer> started) {
        try {
            return "dashboard " + started.join().dashboardUrl();
        } catch (CompletionException e) {
            return "no dashboard: "
                    + (e.getCause() instanceof UserError error ? error.getMessage() : e.getCause());
        }
    }

    @Override
    public void close() {
        if (started != null) {
            UsageServer server = started.exceptionally(_ -> null).join();
            if (server != null) {
                server.close();
            }
        }
    }
}
