package dev.millrace.contracts.webhook;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.yaml.problem.Violation;
import java.net.InetAddress;
import java.util.List;

/**
 * A range of IP addresses, such as {@code 10.0.0.0/8} or {@code fd00::/8}. An IPv4 address that is
 * mapped into IPv6 counts as the IPv4 address.
 *
 * @param prefix bytes of an address in the range; 4 or 16
 * @param bits number of leading bits that all addresses of the range share
 */
public record AddressRange(List<Byte> prefix, int bits) {
    private static final String FORM =
            "must be an IP address or a range of them, such as 10.1.2.3 or 10.0.0.0/8";

    public AddressRange {
        prefix = List.copyOf(prefix);
        require(
                bits >= 0 && bits <= prefix.size() * Byte.SIZE,
                "allowed_addresses",
                "must have a length of 0 to %d after the slash, was %d"
                        .formatted(prefix.size() * Byte.SIZE, bits));
    }

    /**
     * Reads an address or a range.
     *
     * @throws Violation if the text is neither
     */
    public static AddressRange parse(String text) {
        String[] parts = text.strip().split("/", -1);
        require(
                parts.length == 1 || (parts.length == 2 && parts[1].matches("\\d{1,3}")),
                "allowed_addresses",
                FORM);
        List<Byte> bytes = bytes(literal(parts[0]));
        return new AddressRange(
                bytes, parts.length == 1 ? bytes.size() * Byte.SIZE : Integer.parseInt(parts[1]));
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new Violation("allowed_addresses", FORM);
        }
    }

    private static List<Byte> bytes(InetAddress address) {
        byte[] raw = address.getAddress();
        var bytes = new Byte[raw.length];
        for (int i = 0; i < raw.length; i++) {
            bytes[i] = raw[i];
        }
        return List.of(bytes);
    }

    /** Returns true if the address is in the range. */
    public boolean contains(InetAddress address) {
        byte[] other = address.getAddress();
        if (other.length != prefix.size()) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 1 << (Byte.SIZE - 1 - bit % Byte.SIZE);
            int index = bit / Byte.SIZE;
            if ((prefix.get(index) & mask) != (other[index] & mask)) {
                return false;
            }
        }
        return true;
    }
}
