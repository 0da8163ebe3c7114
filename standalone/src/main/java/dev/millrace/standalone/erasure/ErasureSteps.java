package dev.millrace.standalone.erasure;

import dev.millrace.gateway.store.StorageException;
import dev.millrace.standalone.console.UserError;
import dev.millrace.store.database.DatabaseException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Runs every step of an erasure, even after failed steps, and prints the deletions. */
final class ErasureSteps {
    private final PrintStream out;
    private final List<String> failures = new ArrayList<>();

    ErasureSteps(PrintStream out) {
        this.out = out;
    }

    /** Deletes something and returns a description of it. Can be repeated. */
    @FunctionalInterface
    interface Step {
        String run() throws DatabaseException, StorageException;
    }

    void run(String name, Step step) {
        try {
            out.println("deleted in " + name + ": " + step.run());
        } catch (DatabaseException | StorageException | UserError e) {
            failures.add(name + ": " + e.getMessage());
        }
    }

    /**
     * Ends the erasure.
     *
     * @throws UserError if a step failed
     */
    void end() {
        if (!failures.isEmpty()) {
            throw UserError.failure(
                    "Not everything was deleted; repeat the command. "
                            + String.join("; ", failures));
        }
    }
}
