package dev.millrace.configuration.provider;

/** The words of HTTP, such as names of headers: a token of RFC 9110, section 5.6.2. */
public final class HttpToken {
    private HttpToken() {}

    /** Returns true if the text is a token. */
    public static boolean isToken(String text) {
        return text.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    }
}
