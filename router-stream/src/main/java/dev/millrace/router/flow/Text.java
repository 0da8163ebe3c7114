package dev.millrace.router.flow;

/** Messages quote what users wrote, which may be megabytes. */
final class Text {
    static final int MAX_CHARS = 4_000;

    private Text() {}

    static String clip(String message) {
        if (message.length() <= MAX_CHARS) {
            return message;
        }
        boolean splitsPair = Character.isHighSurrogate(message.charAt(MAX_CHARS - 1));
        return message.substring(0, splitsPair ? MAX_CHARS - 1 : MAX_CHARS) + "…";
    }
}
