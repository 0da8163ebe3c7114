package dev.millrace.standalone.key;

import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.gateway.access.KeyToken;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.key.KeyChanges.Outcome;
import java.time.Instant;
import java.util.Optional;

/**
 * Prints the result of a command about a key. A new secret goes to standard output, and nowhere
 * else.
 */
final class KeyOutput {
    private KeyOutput() {}

    /**
     * Prints the changed key.
     *
     * @param verb such as "created"
     * @throws UserError if nothing was changed
     */
    static int print(
            String verb,
            String id,
            Outcome outcome,
            Optional<KeyToken> token,
            Instant now,
            boolean asJson) {
        GatewayKey key =
                outcome.key()
                        .orElseThrow(() -> UserError.usage(outcome.problem().orElse("no key")));
        var terminal = Terminal.system();
        if (asJson) {
            terminal.out().println(KeyJson.of(id, key, token, now));
            return ExitCode.OK;
        }
        String line = verb + ": " + KeyText.line(id, key, now);
        if (token.isEmpty()) {
            terminal.out().println(line);
        } else {
            terminal.say(line);
            terminal.say("This is the only time that the key is shown:");
            terminal.out().println(token.get().text());
        }
        return ExitCode.OK;
    }
}
