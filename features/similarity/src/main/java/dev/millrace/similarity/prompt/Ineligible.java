package dev.millrace.similarity.prompt;

import java.util.Locale;

/** Reasons why a semantic cache does not answer a request. */
public enum Ineligible implements PromptReading {
    /** The body is larger than {@link PromptReader#MAX_BODY_BYTES}. */
    LARGE_BODY,
    /**
     * The body is no JSON object, has a key twice, or has no messages as the endpoint wants them.
     */
    UNREADABLE,
    /** The turns after the instructions are not a single turn of the user. */
    SEVERAL_TURNS,
    /** The user's message has an image, sound or file, or more than one text. */
    NOT_PLAIN_TEXT,
    /** The model may call tools, search the web, or answer otherwise than in text. */
    TOOLS,
    /** The request wants more than one answer. */
    SEVERAL_ANSWERS,
    /** The prompt is empty. */
    EMPTY,
    /** The prompt has program code, markup, or data in a notation. */
    CODE,
    /** The prompt has more than {@link PromptTokens#MAX} tokens. */
    LONG;

    /** Returns the name for metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
