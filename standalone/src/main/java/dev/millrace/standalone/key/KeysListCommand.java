package dev.millrace.standalone.key;

import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.option.ClusterOptions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace keys list}: shows all API keys without their secrets. */
@Command(
        name = "list",
        sortOptions = false,
        description = "Shows all API keys, oldest first, without their secrets.")
final class KeysListCommand implements Callable<Integer> {
    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    KeysListCommand() {}

    @Override
    public Integer call() {
        Map<String, GatewayKey> keys = GatewayKey.all(clusterOptions.client().read());
        Instant now = InstantSource.system().instant();
        var out = Terminal.system().out();
        if (asJson) {
            out.println(KeyJson.of(keys, now));
        } else {
            KeyText.lines(keys, now).forEach(out::println);
        }
        return ExitCode.OK;
    }
}
