package dev.millrace.wire.call;

import dev.millrace.contracts.digest.Sha256;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ids of tool calls in one conversation, as its provider accepts them. An id only connects a
 * call with its result, and clients keep the ids of the vendor that answered first. An id that the
 * provider refuses is therefore replaced, in the call and in its result alike. So is an id that an
 * earlier call has.
 *
 * <p>An id depends on the conversation up to its call and on nothing else. A repeated job thus
 * sends the same request, and a continued conversation has the same beginning.
 *
 * <p>An id is escaped if the provider accepts its escaped form, and digested otherwise. {@link
 * #restored} returns the original of an escaped id, so that no state is needed for the way back.
 *
 * <p>Limits of September 2026:
 *
 * <ul>
 *   <li>Anthropic: letters, digits, _ and -, and no id twice (<a
 *       href="https://github.com/maximhq/bifrost/issues/5097">1</a>, <a
 *       href="https://github.com/anomalyco/opencode/issues/1279">2</a>); on Bedrock at most 64 (<a
 *       href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html">3</a>)
 *   <li>OpenAI: at most 40 characters (<a href="https://github.com/vercel/ai/issues/5171">4</a>)
 *   <li>Mistral: nine letters and digits (<a
 *       href="https://github.com/anomalyco/opencode/issues/1680">5</a>)
 * </ul>
 *
 * <p>Used by one thread.
 */
public final class ToolCallIds {
    /** Ids that every provider of messages accepts. */
    public static final Pattern OF_MESSAGES = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    /** Ids that OpenAI accepts in chat completions. */
    public static final Pattern OF_CHAT = Pattern.compile("(?s).{0,40}");

    /** Ids that clients of messages accept. */
    private static final Pattern OF_CLIENTS = Pattern.compile("[a-zA-Z0-9_-]+");

    private static final String PREFIX = "escaped_";
    private static final Pattern ESCAPED = Pattern.compile(PREFIX + "[a-zA-Z0-9_-]*");
    private static final Pattern ESCAPED_CHARACTER = Pattern.compile("_([0-9a-f]{1,4})_");
    private static final int HEX = 16;

    /** Length of the longest id that is escaped; the escaped form can be seven times as long. */
    private static final int LONGEST_ESCAPED = 10_000;

    private static final String LETTERS_AND_DIGITS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /** Length of a digested id, which all providers accept. */
    private static final int DIGEST_CHARACTERS = 9;

    private final Pattern accepted;
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Calls> byId = new HashMap<>();

    /** The calls that have one id. */
    private static final class Calls {
        /** The calls without a result so far, in order. */
        final Deque<String> open = new ArrayDeque<>();

        String last = "";
        int count;
    }

    /**
     * Creates the ids of a conversation without calls.
     *
     * @param accepted the ids that the provider accepts, among them any nine letters and digits
     */
    public ToolCallIds(Pattern accepted) {
        this.accepted = accepted;
    }

    /** Creates the ids of an answer for a client of messages. */
    public static ToolCallIds forClient() {
        return new ToolCallIds(OF_CLIENTS);
    }

    /** Returns the id to send for the next call, which no other call has. */
    public String ofCall(String id) {
        Calls calls = byId.computeIfAbsent(id, _ -> new Calls());
        String unique = fitting(++calls.count == 1 ? id : id + "-" + calls.count);
        while (!taken.add(unique)) {
            unique = fitting(id + "-" + ++calls.count);
        }
        calls.open.add(unique);
        calls.last = unique;
        return unique;
    }

    /** Returns the id to send for the next result: that of the first call without a result. */
    public String ofResult(String id) {
        Calls calls = byId.get(id);
        if (calls == null) {
            return fitting(id);
        }
        return calls.open.isEmpty() ? calls.last : calls.open.remove();
    }

    private String fitting(String id) {
        if (!id.startsWith(PREFIX) && accepted.matcher(id).matches()) {
            return id;
        }
        if (id.length() <= LONGEST_ESCAPED) {
            String escaped = escaped(id);
            if (accepted.matcher(escaped).matches()) {
                return escaped;
            }
        }
        return digest(id);
    }

    /** Returns true for an id that no client of messages accepts, or that looks escaped. */
    private static boolean needsEscape(String id) {
        return id.startsWith(PREFIX) || !OF_CLIENTS.matcher(id).matches();
    }

    /** Returns an id of letters, digits, _ and -; different ids have different escaped forms. */
    private static String escaped(String id) {
        var escaped = new StringBuilder(PREFIX);
        for (int i = 0; i < id.length(); i++) {
            char next = id.charAt(i);
            if (LETTERS_AND_DIGITS.indexOf(next) >= 0 || next == '-') {
                escaped.append(next);
            } else {
                escaped.append('_').append(Integer.toHexString(next)).append('_');
            }
        }
        return escaped.toString();
    }

    private static String digest(String id) {
        byte[] sha256 = Sha256.of(id);
        var digest = new StringBuilder(DIGEST_CHARACTERS);
        for (int i = 0; i < DIGEST_CHARACTERS; i++) {
            digest.append(
                    LETTERS_AND_DIGITS.charAt(
                            Byte.toUnsignedInt(sha256[i]) % LETTERS_AND_DIGITS.length()));
        }
        return digest.toString();
    }

    /** Returns the original of an escaped id; another id stays unchanged. */
    public static String restored(String id) {
        if (!id.startsWith(PREFIX)) {
            return id;
        }
        String original =
                ESCAPED_CHARACTER
                        .matcher(id.substring(PREFIX.length()))
                        .replaceAll(
                                it ->
                                        Matcher.quoteReplacement(
                                                Character.toString(
                                                        (char)
                                                                Integer.parseInt(
                                                                        it.group(1), HEX))));
        return needsEscape(original) && escaped(original).equals(id) ? original : id;
    }

    /** Returns a text, such as an error, with the originals of the escaped ids that it names. */
    public static String restoredIn(String text) {
        return ESCAPED.matcher(text)
                .replaceAll(it -> Matcher.quoteReplacement(restored(it.group())));
    }
}
