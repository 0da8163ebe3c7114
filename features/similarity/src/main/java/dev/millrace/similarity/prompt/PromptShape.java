package dev.millrace.similarity.prompt;

/**
 * The place of a prompt in a request's body.
 *
 * @param messages key of the list of messages
 * @param textPart type of a message part with text
 * @param instructsByMessages true if instructions are messages before the user's
 */
public record PromptShape(String messages, String textPart, boolean instructsByMessages) {}
