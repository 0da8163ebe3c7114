package dev.millrace.router.message;

/** Bounds the length of error messages, which may quote megabytes of user input. */
final class MessageText {
    static final int MAX_CHARS = 4_000;

    private MessageText() {}

    static String truncate(String message) {
        if (message.length() <= MAX_CHARS) {
            return message;
        }
        boolean splitsPair = Character.isHighSurrogate(message.charAt(MAX_CHARS - 1));
        return message.substring(0, splitsPair ? MAX_CHARS - 1 : MAX_CHARS) + "…";
    }
}
