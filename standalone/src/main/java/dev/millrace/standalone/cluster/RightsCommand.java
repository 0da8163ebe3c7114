package dev.millrace.standalone.cluster;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.ConfigOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace rights}: prints which rights each service needs on a cluster. */
@Command(
        name = "rights",
        sortOptions = false,
        description =
                "Prints which rights each service needs on a cluster with access control. Does not"
                        + " connect to the cluster.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:printed", "2:wrong usage or configuration"})
public final class RightsCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "ROLE",
            description =
                    "submit, router, worker, sink, gateway, retrieval, documents, operate, topics, check"
                            + " or consume; default: all of them.")
    private @Nullable String role;

    @Option(
            names = "--principal",
            paramLabel = "NAME",
            description =
                    "Print kafka-acls.sh commands that give the rights to this principal, such as"
                            + " User:worker; needs a ROLE.")
    private @Nullable String principal;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description =
                    "With submit: only the rights of a tenant that publishes to this request topic"
                            + " of its own.")
    private @Nullable String topic;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    @Mixin private ConfigOption configOption = new ConfigOption();

    /** Created by picocli. */
    public RightsCommand() {}

    @Override
    public Integer call() {
        MillraceConfig config = configOption.loadWithoutKeys();
        Map<Role, List<Right>> rights = new LinkedHashMap<>();
        roles().forEach(it -> rights.put(it, rights(it, config)));
        var out = Terminal.system().out();
        if (asJson) {
            out.println(RightsText.json(rights));
        } else if (principal == null) {
            RightsText.table(rights).forEach(out::println);
        } else {
            if (role == null) {
                throw UserError.usage(
                        "--principal needs a role: " + words() + ", since each has its own rights");
            }
            String servers =
                    config.kafka().map(KafkaConfig::bootstrapServers).orElse("localhost:9092");
            RightsText.commands(rights.values().iterator().next(), servers, principal)
                    .forEach(out::println);
        }
        return ExitCode.OK;
    }

    private List<Right> rights(Role of, MillraceConfig config) {
        if (topic == null) {
            return RoleRights.of(of, config);
        }
        if (of != Role.SUBMIT || role == null) {
            throw UserError.usage("--topic needs the role submit");
        }
        return RoleRights.submitTo(topic);
    }

    private List<Role> roles() {
        if (role == null) {
            return List.of(Role.values());
        }
        return List.of(
                Arrays.stream(Role.values())
                        .filter(it -> it.word().equals(role))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        UserError.usage(
                                                "There is no role "
                                                        + role
                                                        + "; choose "
                                                        + words())));
    }

    private static String words() {
        return Arrays.stream(Role.values()).map(Role::word).collect(Collectors.joining(", "));
    }
}
