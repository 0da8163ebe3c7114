package dev.millrace.router.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Groups the answers that one call joins, and writes the text that replaces the document in the
 * call.
 */
public final class AnswerJoiner {
    /** The prompt if the request has no {@code split.reduce}. */
    public static final String DEFAULT_PROMPT =
            "The document was too long for one request, so it was divided into consecutive parts."
                    + " Parts may overlap. The request was answered for each part. Combine the"
                    + " answers below into one answer to the request for the whole document,"
                    + " without mentioning the parts.";

    /** Most tokens of the heading of an answer, such as {@code [3 of 7]}. */
    public static final int HEADING_TOKENS = 40;

    /**
     * Most bytes of an answer for each of its tokens. A longer answer counts as more tokens, so
     * that a limit of tokens is a limit of bytes too.
     */
    static final int MAX_BYTES_PER_TOKEN = 8;

    private AnswerJoiner() {}

    /**
     * An ended part, or an ended call that joined answers, without the text of its answer.
     *
     * @param tokens tokens of its answer; 0 for a part that was left out
     */
    public record Item(int tokens, boolean isOmitted) {
        private long size() {
            return HEADING_TOKENS + (long) tokens;
        }
    }

    /**
     * Items that one job joins.
     *
     * @param from index of the first one
     * @param to index after the last one
     */
    public record Group(int from, int to) {}

    /** Returns the prompt that joins answers. */
    public static String prompt(@Nullable String ofRequest) {
        return ofRequest == null ? DEFAULT_PROMPT : ofRequest;
    }

    /**
     * Returns the tokens of an answer for {@link Item}.
     *
     * @param counted tokens that the tokenizer counts; 0 if the model has left the catalog
     */
    public static int tokens(int counted, String answer) {
        long byBytes = Math.ceilDiv(jsonBytes(answer), (long) MAX_BYTES_PER_TOKEN);
        return (int) Math.max(counted, Math.min(byBytes, Integer.MAX_VALUE));
    }

    /** Returns the size of a text as JSON: an upper bound in bytes. */
    static long jsonBytes(String text) {
        long bytes = 2;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ') {
                bytes += c == '\n' || c == '\t' || c == '\r' ? 2 : 6;
            } else if (c == '"' || c == '\\') {
                bytes += 2;
            } else {
                bytes += c < 0x80 ? 1 : 3;
            }
        }
        return bytes;
    }

    /**
     * Divides the answers of a level into groups, each with as many answers as fit. Returns empty
     * if no two adjacent answers fit into one call, so that they can never be joined.
     *
     * @param maxTokens most tokens of a group
     */
    public static Optional<List<Group>> groups(List<Item> items, int maxTokens) {
        var groups = new ArrayList<Group>();
        int from = 0;
        long size = 0;
        int answers = 0;
        boolean isJoined = false;
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            if (!item.isOmitted() && answers > 0 && size + item.size() > maxTokens) {
                groups.add(new Group(from, i));
                from = i;
                size = 0;
                answers = 0;
            }
            size += item.size();
            answers += item.isOmitted() ? 0 : 1;
            isJoined |= answers > 1;
        }
        groups.add(new Group(from, items.size()));
        return isJoined || groups.size() == 1 ? Optional.of(groups) : Optional.empty();
    }

    /**
     * Returns the text that replaces the document.
     *
     * @param prompt of the request; null for {@link #DEFAULT_PROMPT}
     * @param firstNumber number of the first answer, from 1
     * @param all number of all parts, or of all answers of the level
     * @param answers the answers, null for a part that was left out
     */
    public static String text(
            @Nullable String prompt, int firstNumber, int all, List<@Nullable String> answers) {
        var text = new StringBuilder(prompt(prompt));
        for (int i = 0; i < answers.size(); i++) {
            String answer = answers.get(i);
            text.append("\n\n[").append(firstNumber + i).append(" of ").append(all).append(']');
            if (answer == null) {
                text.append(" This part could not be processed and is missing.");
            } else {
                text.append('\n').append(answer);
            }
        }
        return text.toString();
    }
}
