package dev.millrace.standalone.console;

import dev.millrace.contracts.config.ListenAddress;

/** Reports that a configured address cannot be bound. */
public final class ListenFailure {
    private ListenFailure() {}

    /**
     * Returns a one-line error that ends the command with {@link ExitCode#USAGE}.
     *
     * @param setting the option or key that configures the address, such as {@code --metrics}
     * @param obstacle the operating system's reason why the address cannot be bound
     */
    public static UserError of(ListenAddress address, String setting, String obstacle) {
        return UserError.usage(
                "Cannot listen on %s (%s): %s. Choose another address, or port 0 for any free port"
                        .formatted(address, setting, obstacle));
    }
}
