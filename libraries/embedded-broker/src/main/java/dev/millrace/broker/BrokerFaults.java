package dev.millrace.broker;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import kafka.server.FaultHandlerFactory;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.jspecify.annotations.Nullable;

/**
 * Converts Kafka's attempts to end the process into a {@link BrokerFailure}.
 *
 * <p>Called by Kafka's threads. Kafka reports a failed disk through {@link Exit}, which is global
 * to the process: every broker of the process therefore reports the failure.
 */
final class BrokerFaults implements FaultHandlerFactory, AutoCloseable {
    /** With less free space than this, a failed write means a full disk. */
    private static final long MIN_FREE_BYTES = 16L * 1024 * 1024;

    /** Disk space that new jobs leave for the results of accepted jobs. */
    private static final long RESERVED_BYTES = 256L << 20;

    private static final Set<BrokerFaults> RUNNING = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final CompletableFuture<BrokerFailure> failure = new CompletableFuture<>();

    BrokerFaults(Path directory) {
        this.directory = directory;
        RUNNING.add(this);
        Exit.setHaltProcedure(BrokerFaults::onHalt);
        Exit.setExitProcedure(BrokerFaults::onHalt);
    }

    CompletionStage<BrokerFailure> failure() {
        return failure.minimalCompletionStage();
    }

    @Override
    public FaultHandler build(String name, boolean fatal, Runnable action) {
        if (!fatal) {
            return new LoggingFaultHandler(name, action);
        }
        return (what, cause) -> {
            action.run();
            failure.complete(describe(what, cause));
            return new IllegalStateException(what, cause);
        };
    }

    BrokerStartException toStartException(Exception cause) {
        if (cause instanceof BrokerStartException known) {
            return known;
        }
        if (isDiskFull(cause)) {
            return BrokerStartException.diskFull(directory, cause);
        }
        return BrokerStartException.unexpected(cause);
    }

    @Override
    public void close() {
        RUNNING.remove(this);
    }

    private BrokerFailure describe(String what, @Nullable Throwable cause) {
        if (isDiskFull(cause)) {
            return new BrokerFailure(
                    BrokerFailure.Kind.DISK_FULL,
                    "No space is left on the disk that holds "
                            + directory
                            + "; committed records are kept");
        }
        return new BrokerFailure(
                BrokerFailure.Kind.INTERNAL, "The embedded broker failed: " + what);
    }

    private boolean isDiskFull(@Nullable Throwable cause) {
        for (var at = cause; at != null; at = at.getCause()) {
            var message = at.getMessage();
            if (at instanceof FileSystemException file && file.getReason() != null) {
                message = file.getReason();
            }
            if (message != null && message.toLowerCase(Locale.ROOT).contains("no space left")) {
                return true;
            }
        }
        return freeBytes() < MIN_FREE_BYTES;
    }

    /** Returns true if the disk has room for more jobs. */
    boolean hasRoom() {
        return freeBytes() >= RESERVED_BYTES;
    }

    private long freeBytes() {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }

    private void onDiskFailure() {
        if (isDiskFull(null)) {
            failure.complete(describe("", null));
        } else {
            failure.complete(
                    new BrokerFailure(
                            BrokerFailure.Kind.DISK_FAILED,
                            "The embedded broker can no longer write to " + directory));
        }
    }

    /**
     * Ends the calling thread but not the process. Must not return, because Kafka relies on that.
     */
    private static void onHalt(int status, @Nullable String message) {
        RUNNING.forEach(BrokerFaults::onDiskFailure);
        throw new IllegalStateException(
                "the broker tried to end the process with status " + status);
    }
}
