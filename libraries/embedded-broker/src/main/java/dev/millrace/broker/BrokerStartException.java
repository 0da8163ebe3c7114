package dev.millrace.broker;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The embedded broker cannot start. The message is written for the user. */
public final class BrokerStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Reason why the broker cannot start. */
    public enum Problem {
        PORT_IN_USE,
        DIRECTORY_UNUSABLE,
        DIRECTORY_DAMAGED,
        DIRECTORY_LOCKED,
        DISK_FULL,
        UNEXPECTED
    }

    private final Problem problem;

    private BrokerStartException(Problem problem, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    /** Returns the reason, for programs. */
    public Problem problem() {
        return problem;
    }

    static BrokerStartException portInUse(int port, Throwable cause) {
        return new BrokerStartException(
                Problem.PORT_IN_USE,
                "Port %d on this machine is in use by another program; choose another port, or 0 for any free port"
                        .formatted(port),
                cause);
    }

    static BrokerStartException unusable(Path directory, IOException cause) {
        return new BrokerStartException(
                Problem.DIRECTORY_UNUSABLE,
                "The broker cannot use the folder %s: %s".formatted(directory, reason(cause)),
                cause);
    }

    static BrokerStartException damaged(Path directory, RuntimeException cause) {
        return new BrokerStartException(
                Problem.DIRECTORY_DAMAGED,
                "The broker cannot read its files in %s (%s); move the folder away, or choose another with --data-dir"
                        .formatted(directory, cause.getMessage()),
                cause);
    }

    static BrokerStartException locked(Path directory, FolderLock.HeldException cause) {
        return new BrokerStartException(
                Problem.DIRECTORY_LOCKED,
                "The folder %s is %s".formatted(directory, cause.getMessage()),
                cause);
    }

    static BrokerStartException diskFull(Path directory, Throwable cause) {
        return new BrokerStartException(
                Problem.DISK_FULL, "No space is left on the disk that holds " + directory, cause);
    }

    static BrokerStartException unexpected(Throwable cause) {
        return new BrokerStartException(
                Problem.UNEXPECTED,
                "The embedded broker did not start: " + cause.getMessage(),
                cause);
    }

    private static String reason(IOException cause) {
        return switch (cause) {
            case AccessDeniedException _ -> "it is not writable";
            case FileAlreadyExistsException _ -> "it is a file";
            default -> String.valueOf(cause.getMessage());
        };
    }
}
