package dev.millrace.standalone.kubernetes;

import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks objects of KEDA and of the Prometheus operator against the fields that the chart may use.
 * No library has the definitions of these objects.
 */
final class CustomResources {
    /** Fields by kind; {@code []} is an item of a list, {@code *} any key with a text. */
    private static final Map<String, Set<String>> FIELDS =
            Map.of(
                    "ScaledObject",
                    Set.of(
                            "spec.scaleTargetRef.apiVersion",
                            "spec.scaleTargetRef.kind",
                            "spec.scaleTargetRef.name",
                            "spec.minReplicaCount#",
                            "spec.maxReplicaCount#",
                            "spec.pollingInterval#",
                            "spec.cooldownPeriod#",
                            "spec.fallback.failureThreshold#",
                            "spec.fallback.replicas#",
                            "spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.stabilizationWindowSeconds#",
                            "spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies[].type",
                            "spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies[].value#",
                            "spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies[].periodSeconds#",
                            "spec.triggers[].type",
                            "spec.triggers[].metadata.*",
                            "spec.triggers[].authenticationRef.name"),
                    "TriggerAuthentication",
                    Set.of(
                            "spec.secretTargetRef[].parameter",
                            "spec.secretTargetRef[].name",
                            "spec.secretTargetRef[].key"),
                    "ServiceMonitor",
                    Set.of(
                            "spec.jobLabel",
                            "spec.selector.matchLabels.*",
                            "spec.endpoints[].port",
                            "spec.endpoints[].path",
                            "spec.endpoints[].interval"),
                    "PrometheusRule",
                    Set.of(
                            "spec.groups[].name",
                            "spec.groups[].interval",
                            "spec.groups[].rules[].record",
                            "spec.groups[].rules[].alert",
                            "spec.groups[].rules[].expr",
                            "spec.groups[].rules[].for",
                            "spec.groups[].rules[].labels.*",
                            "spec.groups[].rules[].annotations.*"));

    private CustomResources() {}

    static boolean isKnown(String kind) {
        return FIELDS.containsKey(kind);
    }

    /** Returns the unknown or wrongly typed fields of an object. */
    static List<String> problems(Manifest manifest) {
        List<String> problems = new ArrayList<>();
        check(manifest.at("spec"), "spec", fields(manifest.kind()), problems);
        return problems.stream().map(it -> manifest + ": " + it).toList();
    }

    private static Set<String> fields(String kind) {
        Set<String> fields = FIELDS.get(kind);
        if (fields == null) {
            throw new AssertionError("unknown kind " + kind);
        }
        return fields;
    }

    private static void check(
            JsonElement value, String path, Set<String> fields, List<String> problems) {
        if (value.isJsonObject()) {
            value.getAsJsonObject()
                    .entrySet()
                    .forEach(
                            it -> check(it.getValue(), path + "." + it.getKey(), fields, problems));
        } else if (value.isJsonArray()) {
            value.getAsJsonArray().forEach(it -> check(it, path + "[]", fields, problems));
        } else {
            boolean isNumber = value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber();
            boolean isText = value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
            String anyKey =
                    path.replaceAll("(matchLabels|metadata|labels|annotations)\\..*", "$1.*");
            boolean isKnown =
                    isNumber
                            ? fields.contains(path + "#")
                            : isText && (fields.contains(path) || fields.contains(anyKey));
            if (!isKnown) {
                problems.add(path + " is not a field of this type: " + value);
            }
        }
    }
}
