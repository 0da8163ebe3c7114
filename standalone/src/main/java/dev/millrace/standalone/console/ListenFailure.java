package dev.millrace.standalone.console;

import dev.millrace.configuration.ListenAddress;

/** Reports that a configured address cannot be bound. */
public final class ListenFailure {
    private ListenFailure() {}

    /**
     * Returns a one-line error that ends the command with {@link ExitCode#USAGE}.
     *
     * @param setting the option or key that configures the address, such as {@code --metrics}
     * @param reason why the address cannot be bound, as reported by the operating system
     */
    public static UserError of(ListenAddress address, String setting, String reason) {
        return UserError.usage(
                "Cannot listen on %s (%s): %s. Choose another address, or port 0 for any free port"
                        .formatted(address, setting, reason));
    }
}
