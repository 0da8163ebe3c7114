package dev.millrace.standalone.audit;

import java.util.regex.Pattern;

/** Removes control characters, so that text from a log cannot control the terminal. */
final class Printable {
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}]");

    private Printable() {}

    static String of(String text) {
        return CONTROL.matcher(text).replaceAll("?");
    }
}
