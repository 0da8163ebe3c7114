package dev.millrace.standalone.ops;

import dev.millrace.configuration.ListenAddress;
import java.util.Optional;

/**
 * The address that a server binds to.
 *
 * @param address the configured or default address
 * @param setting the option or key that configures the address; empty for the default, which can
 *     fall back to the next free port
 */
public record BindAddress(ListenAddress address, Optional<String> setting) {
    /** Returns an address that the user configured by an option or key. */
    public static BindAddress configured(ListenAddress address, String setting) {
        return new BindAddress(address, Optional.of(setting));
    }

    /** Returns a default address, whose port can change. */
    public static BindAddress byDefault(ListenAddress address) {
        return new BindAddress(address, Optional.empty());
    }

    boolean mayUseNextPort() {
        return setting.isEmpty();
    }

    BindAddress withNextPort() {
        return new BindAddress(new ListenAddress(address.host(), address.port() + 1), setting);
    }
}
