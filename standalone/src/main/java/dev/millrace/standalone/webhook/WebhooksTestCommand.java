package dev.millrace.standalone.webhook;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.SinkConfig.Webhook;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.ConfigOption;
import dev.millrace.webhooks.TestEvent;
import dev.millrace.webhooks.http.Poster.ReceiverAnswer;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace webhooks test}: sends a test event to each configured webhook. */
@Command(
        name = "test",
        sortOptions = false,
        description =
                "Sends an event of the type webhook.test to each webhook of the configuration, once,"
                        + " and prints the answers. Needs no pipeline.")
final class WebhooksTestCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean asJson;

    @Mixin private ConfigOption configOption = new ConfigOption();

    WebhooksTestCommand() {}

    @Override
    public Integer call() {
        MillraceConfig config = configOption.loadWithoutKeys();
        List<Webhook> webhooks = config.sink().webhooks();
        if (webhooks.isEmpty()) {
            throw UserError.usage(config.origin() + " has no sink.webhooks");
        }
        var out = Terminal.system().out();
        boolean hasFailed = false;
        for (Webhook webhook : webhooks) {
            ReceiverAnswer answer = TestEvent.post(webhook, InstantSource.system());
            hasFailed |= !DeliveryOutput.isAccepted(answer);
            out.println(
                    asJson
                            ? DeliveryOutput.json(webhook, answer)
                            : DeliveryOutput.line(webhook, answer));
        }
        return hasFailed ? ExitCode.SOME_FAILED : ExitCode.OK;
    }
}
