package dev.millrace.similarity.prompt;

import java.util.List;

/**
 * Computes the key of a namespace: requests in one namespace differ at most in what the user says.
 */
public final class NamespaceKey {
    /** Changes when requests get other keys than before, so that old answers are not used. */
    private static final String VERSION = "millrace-semantic-1";

    private NamespaceKey() {}

    /**
     * Returns a key of 64 hex digits.
     *
     * @param tenant whose answers may be used; a word that is no tenant's name for all of them
     * @param endpoint path of the endpoint
     * @param call what else identifies the call, such as model, provider, the provider's name of
     *     the model and a limit that is added to the body; always in the same order
     * @param prompt of the request
     */
    public static String of(String tenant, String endpoint, List<String> call, Prompt prompt) {
        var digest = new PartsDigest().text(VERSION).text(tenant).text(endpoint);
        digest.count(call.size());
        call.forEach(digest::text);
        return digest.text(prompt.parameters()).hex();
    }
}
