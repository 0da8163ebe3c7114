package dev.millrace.standalone.ops;

import dev.millrace.contracts.config.ListenAddress;
import java.util.Optional;

/**
 * Where a listener binds.
 *
 * @param address the configured or the default address
 * @param setting the option or key that configures the address; empty for the default, which moves
 *     to the next free port when its port is in use
 */
public record Endpoint(ListenAddress address, Optional<String> setting) {
    /** Returns an address that a user has chosen by an option or key. */
    public static Endpoint configured(ListenAddress address, String setting) {
        return new Endpoint(address, Optional.of(setting));
    }

    /** Returns a default address, which may move. */
    public static Endpoint byDefault(ListenAddress address) {
        return new Endpoint(address, Optional.empty());
    }

    boolean mayMove() {
        return setting.isEmpty();
    }

    /** The same endpoint on the next port. */
    Endpoint next() {
        return new Endpoint(new ListenAddress(address.host(), address.port() + 1), setting);
    }
}
