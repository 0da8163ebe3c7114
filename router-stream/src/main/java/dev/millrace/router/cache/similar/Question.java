package dev.millrace.router.cache.similar;

/**
 * A question that similar ones are looked for.
 *
 * @param text what the user asks
 * @param embedding its embedding; must not be modified
 */
public record Question(String text, float[] embedding) {}
