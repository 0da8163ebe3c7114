package dev.millrace.simulator.http;

import dev.millrace.simulator.answer.Operation;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The operation of a path. Accepts any prefix, such as {@code /v1}, {@code /openai/v1} or {@code
 * /v1beta/openai}, so that the simulator's base URL can replace any provider's.
 *
 * @param deployment the model that an Azure path names (<a
 *     href="https://learn.microsoft.com/azure/ai-services/openai/reference">reference</a>); null =
 *     the body names the model
 */
record CallTarget(Operation operation, @Nullable String deployment) {
    private static final String DEPLOYMENTS = "/openai/deployments/";
    private static final String VERSION = "/v1";

    /** Reads a path without query; empty when it ends in no operation. */
    static Optional<CallTarget> of(String path) {
        return Arrays.stream(Operation.values())
                .filter(operation -> path.endsWith(end(operation)))
                .findFirst()
                .map(operation -> new CallTarget(operation, deployment(path, operation)));
    }

    /** Returns true for paths that need the query parameter {@code api-version}. */
    boolean needsApiVersion() {
        return deployment != null;
    }

    /** Returns the part of an operation's path that all providers share. */
    private static String end(Operation operation) {
        return operation.path().substring(VERSION.length());
    }

    private static @Nullable String deployment(String path, Operation operation) {
        int start = path.indexOf(DEPLOYMENTS);
        int end = path.length() - end(operation).length();
        return start < 0 || start + DEPLOYMENTS.length() >= end
                ? null
                : path.substring(start + DEPLOYMENTS.length(), end);
    }
}
