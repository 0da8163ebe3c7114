package dev.millrace.testclusters.secured;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/**
 * Kafka's authorizer of KRaft clusters, which also records every answer. Kafka creates it by its
 * name; tests find the records by the name of the cluster.
 */
public final class RecordingAuthorizer extends StandardAuthorizer {
    /** Property with the name of the cluster. */
    static final String CLUSTER_CONFIG = "millrace.test.cluster";

    private static final Map<String, Set<Access>> RECORDED = new ConcurrentHashMap<>();

    private Set<Access> recorded = ConcurrentHashMap.newKeySet();

    /** Creates an authorizer, which Kafka then configures. */
    public RecordingAuthorizer() {}

    /**
     * One answer.
     *
     * @param principal such as {@code User:worker}
     * @param isReported true if the answer ends a request; false for a check that only filters a
     *     client's view
     */
    public record Access(
            String principal,
            AclOperation operation,
            ResourceType kind,
            String resource,
            boolean isAllowed,
            boolean isReported) {}

    /** Returns the answers of a cluster so far; grows while the cluster runs. */
    static Set<Access> of(String cluster) {
        return RECORDED.computeIfAbsent(cluster, _ -> ConcurrentHashMap.newKeySet());
    }

    @Override
    public void configure(Map<String, ?> configs) {
        super.configure(configs);
        recorded = of(String.valueOf(configs.get(CLUSTER_CONFIG)));
    }

    @Override
    public List<AuthorizationResult> authorize(
            AuthorizableRequestContext request, List<Action> actions) {
        var results = new ArrayList<>(super.authorize(request, actions));
        for (int i = 0; i < results.size(); i++) {
            Action action = actions.get(i);
            boolean isAllowed = results.get(i) == AuthorizationResult.ALLOWED;
            recorded.add(
                    new Access(
                            request.principal().toString(),
                            action.operation(),
                            action.resourcePattern().resourceType(),
                            action.resourcePattern().name(),
                            isAllowed,
                            isAllowed ? action.logIfAllowed() : action.logIfDenied()));
        }
        return results;
    }
}
