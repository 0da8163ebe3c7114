package dev.millrace.standalone.gateway;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;

/** The members of consumer groups. */
final class GroupMembers {
    private GroupMembers() {}

    /** Waits until groups have a number of members together. */
    static void await(String bootstrapServers, int count, String... groups) {
        List<String> names = Arrays.asList(groups);
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            Awaitility.await()
                    .until(
                            () ->
                                    admin
                                                    .describeConsumerGroups(names)
                                                    .all()
                                                    .get()
                                                    .values()
                                                    .stream()
                                                    .mapToInt(it -> it.members().size())
                                                    .sum()
                                            == count);
        }
    }
}
