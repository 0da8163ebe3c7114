package dev.millrace.router.classify.body;

import dev.millrace.contracts.job.Span;
import dev.millrace.router.classify.text.Texts;
import org.jspecify.annotations.Nullable;

/** Finds the last message of the user while messages go by. Used once, by one thread. */
final class Question {
    private static final String USER = "user";

    private final byte[] record;
    private Texts current;
    private @Nullable Texts ofUser;
    private @Nullable Texts ofAnyone;

    Question(byte[] record) {
        this.record = record;
        current = new Texts(record);
    }

    /** A text of the message that goes by. */
    void onText(Span text) {
        current.add(text.start(), text.end());
    }

    /** A message is over. One without a text of its own, such as a tool's result, asks nothing. */
    void onEnd(String role) {
        if (current.isEmpty()) {
            return;
        }
        ofAnyone = current;
        if (role.equals(USER)) {
            ofUser = current;
        }
        current = new Texts(record);
    }

    /** What the user asked last; what was said last when no user spoke; empty when nobody did. */
    Texts texts() {
        if (ofUser != null) {
            return ofUser;
        }
        return ofAnyone == null ? current : ofAnyone;
    }
}
