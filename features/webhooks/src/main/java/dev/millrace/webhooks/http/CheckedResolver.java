package dev.millrace.webhooks.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves a name once for each connection, which then goes to one of the returned addresses. So a
 * DNS answer that changes after the check has no effect. A literal address is checked as well.
 */
final class CheckedResolver implements DnsResolver {
    private final DnsResolver names;
    private final AddressCheck check;

    CheckedResolver(DnsResolver names, AddressCheck check) {
        this.names = names;
        this.check = check;
    }

    /** Reports that a name has an address that may not receive events. */
    static final class RefusedAddressException extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        RefusedAddressException(String host, InetAddress address) {
            super(
                    "%s has the address %s, which is not public and not in allowed_addresses"
                            .formatted(host, address.getHostAddress()));
        }
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = names.resolve(host);
        for (InetAddress address : addresses) {
            if (!check.allows(address)) {
                throw new RefusedAddressException(host, address);
            }
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return names.resolveCanonicalHostname(host);
    }
}
