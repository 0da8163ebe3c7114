package dev.millrace.simulator.http;

import dev.millrace.simulator.provider.AccountRegistry;
import dev.millrace.simulator.settings.AccountSettings;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Violation;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Routes that show and change accounts: keys, limits and credit. */
final class AccountRoutes {
    private static final String ACCOUNTS = "/admin/accounts";
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    private final AccountRegistry accounts;

    AccountRoutes(AccountRegistry accounts) {
        this.accounts = accounts;
    }

    void add(HttpRouting.Builder routing) {
        routing.get(ACCOUNTS, (_, response) -> JsonHttp.send(response, OK, all()));
        routing.put(ACCOUNTS + "/*", this::put);
    }

    private ObjectNode all() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        accounts.settings().forEach((name, account) -> node.set(name, account.toJson()));
        return node;
    }

    /** Changes the keys of the body; absent keys keep their values. */
    private void put(ServerRequest request, ServerResponse response) {
        String name = request.path().path().substring(ACCOUNTS.length() + 1);
        try {
            accounts.put(
                    name, AccountSettings.parse(JsonHttp.text(request), accounts.settings(name)));
            JsonHttp.send(response, OK, accounts.settings(name).toJson());
        } catch (ConfigException invalid) {
            JsonHttp.sendProblems(response, BAD_REQUEST, invalid.problems());
        } catch (Violation invalid) {
            JsonHttp.sendProblem(response, BAD_REQUEST, invalid.key() + " " + invalid.expected());
        }
    }
}
