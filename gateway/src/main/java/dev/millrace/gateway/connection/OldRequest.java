package dev.millrace.gateway.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;

/**
 * Turns the head of an HTTP/1.0 request into HTTP/1.1, the only version that Helidon answers. By
 * default, nginx and the health checks of HAProxy speak HTTP/1.0.
 *
 * <p>HTTP/1.0 has no {@code Transfer-Encoding}. A request with that header stays as it is, so that
 * Helidon refuses it: a proxy may see another end of its body.
 */
final class OldRequest {
    /** Above the limits of Helidon, which then refuses the request. */
    static final int MAX_HEAD_BYTES = 48 << 10;

    private static final String VERSION = " HTTP/1.0";
    private static final String LINE_END = "\r\n";
    private static final String HEAD_END = "\r\n\r\n";

    private OldRequest() {}

    /**
     * Returns true if the first bytes of a connection do not show the version, or do not hold the
     * whole head of an HTTP/1.0 request.
     */
    static boolean isIncomplete(byte[] first) {
        String text = new String(first, ISO_8859_1);
        boolean isShort = first.length < MAX_HEAD_BYTES;
        return isShort && (text.indexOf('\n') < 0 || (isOld(text) && !text.contains(HEAD_END)));
    }

    private static boolean isOld(String text) {
        int end = text.indexOf(LINE_END);
        return end >= 0 && text.substring(0, end).endsWith(VERSION);
    }

    /** Returns true if the request is HTTP/1.0 and can be answered. */
    static boolean isAnswered(byte[] first) {
        String text = new String(first, ISO_8859_1);
        return isOld(text) && text.contains(HEAD_END) && !has(text, "transfer-encoding");
    }

    /** Returns true if the head announces a body. */
    static boolean hasBody(byte[] first) {
        return has(new String(first, ISO_8859_1), "content-length");
    }

    /**
     * Returns the request as HTTP/1.1, whose connection ends after the answer. Adds the header
     * {@code Host}, which HTTP/1.1 demands: a request without one comes from no web page.
     */
    static byte[] converted(byte[] first) {
        String text = new String(first, ISO_8859_1);
        int end = text.indexOf(LINE_END);
        String host = has(text, "host") ? "" : LINE_END + "Host: localhost";
        return (text.substring(0, end - VERSION.length())
                        + " HTTP/1.1"
                        + LINE_END
                        + "Connection: close"
                        + host
                        + text.substring(end))
                .getBytes(ISO_8859_1);
    }

    /** Finds a header also where its name is malformed, since Helidon then refuses the request. */
    private static boolean has(String text, String name) {
        return text.substring(0, text.indexOf(HEAD_END))
                .toLowerCase(Locale.ROOT)
                .contains("\n" + name);
    }
}
