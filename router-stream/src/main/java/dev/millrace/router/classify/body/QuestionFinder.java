package dev.millrace.router.classify.body;

import dev.millrace.contracts.job.Span;
import dev.millrace.router.classify.text.TextSpans;
import org.jspecify.annotations.Nullable;

/** Finds the last user message in a sequence of messages. Used once, by one thread. */
final class QuestionFinder {
    private static final String USER = "user";

    private final byte[] record;
    private TextSpans current;
    private @Nullable TextSpans lastOfUser;
    private @Nullable TextSpans lastOfAny;

    QuestionFinder(byte[] record) {
        this.record = record;
        current = new TextSpans(record);
    }

    /** Adds a text of the current message. */
    void onText(Span text) {
        current.add(text.start(), text.end());
    }

    /** Ends the current message. Ignores a message without text, such as a tool result. */
    void onMessageEnd(String role) {
        if (current.isEmpty()) {
            return;
        }
        lastOfAny = current;
        if (role.equals(USER)) {
            lastOfUser = current;
        }
        current = new TextSpans(record);
    }

    /** Returns the last user message, or else the last message; empty without any text. */
    TextSpans texts() {
        if (lastOfUser != null) {
            return lastOfUser;
        }
        return lastOfAny == null ? current : lastOfAny;
    }
}
