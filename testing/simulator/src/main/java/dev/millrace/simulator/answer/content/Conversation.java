package dev.millrace.simulator.answer.content;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A prompt as turns of text, independent of the wire.
 *
 * @param turns turns in order, the system prompt first
 */
public record Conversation(List<Turn> turns) {
    private static final int HASH_BYTES = 6;

    /** One message. */
    public record Turn(String role, String text) {}

    public Conversation {
        turns = List.copyOf(turns);
    }

    /** Returns a prompt of one user turn. */
    public static Conversation of(String text) {
        return new Conversation(List.of(new Turn("user", text)));
    }

    /** Reads OpenAI or Anthropic messages, preceded by a separate system prompt. */
    public static Conversation of(JsonNode system, JsonNode messages) {
        List<Turn> turns = new ArrayList<>();
        String systemText = textOf(system);
        if (!systemText.isEmpty()) {
            turns.add(new Turn("system", systemText));
        }
        for (JsonNode message : messages) {
            String role = message.path("role").asString("user");
            JsonNode content = message.has("content") ? message.path("content") : message;
            turns.add(new Turn(role.equals("developer") ? "system" : role, textOf(content)));
        }
        return new Conversation(turns);
    }

    /**
     * Returns the text of a string, of a list of parts, or of a part; otherwise the JSON itself.
     */
    public static String textOf(JsonNode content) {
        if (content.isMissingNode() || content.isNull()) {
            return "";
        }
        if (content.isString()) {
            return content.stringValue();
        }
        if (!content.isArray()) {
            return content.path("text").isString()
                    ? content.path("text").stringValue()
                    : content.toString();
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            text.append(textOf(part));
        }
        return text.toString();
    }

    /** Counts the code points of all turns. */
    public long characters() {
        return turns.stream()
                .mapToLong(turn -> turn.text().codePointCount(0, turn.text().length()))
                .sum();
    }

    /** Returns the text of the last user turn, or of the last turn when no turn is a user's. */
    String lastUserText() {
        for (Turn turn : turns.reversed()) {
            if (turn.role().equals("user")) {
                return turn.text();
            }
        }
        return turns.isEmpty() ? "" : turns.getLast().text();
    }

    /** Returns the SHA-256 of roles and texts, separated by a byte that text hardly ever has. */
    public byte[] digest() {
        MessageDigest digest = sha256();
        for (Turn turn : turns) {
            digest.update(turn.role().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(turn.text().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        return digest.digest();
    }

    /** Returns the first 12 hexadecimal digits of a digest. */
    public static String hash(byte[] digest) {
        return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
