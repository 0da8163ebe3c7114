package dev.millrace.standalone.kubernetes;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.annotations.SerializedName;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Checks objects against the models of the official Java client, which are generated from the
 * OpenAPI description of Kubernetes. Called by reflection, since the client's annotations are not
 * on the class path.
 */
final class KubernetesSchema {
    private static final String MODELS = "io.kubernetes.client.openapi.models.V1";

    private KubernetesSchema() {}

    /** Validates an object of Kubernetes itself and returns its problems; empty if valid. */
    static List<String> problems(Manifest manifest) {
        List<String> problems = new ArrayList<>();
        try {
            Class<?> model = Class.forName(MODELS + manifest.kind());
            // Finds unknown and missing fields.
            model.getMethod("validateJsonElement", JsonElement.class).invoke(null, manifest.json());
            checkObject(manifest.toString(), model, manifest.json(), problems);
        } catch (InvocationTargetException e) {
            problems.add(manifest + ": " + e.getCause());
        } catch (ReflectiveOperationException e) {
            problems.add(manifest + ": unknown kind: " + e);
        }
        return problems;
    }

    /** Checks the types of values, which the client converts instead of refusing them. */
    private static void checkObject(
            String path, Class<?> model, JsonObject object, List<String> problems) {
        for (Field field : model.getDeclaredFields()) {
            SerializedName name = field.getAnnotation(SerializedName.class);
            JsonElement value = name == null ? null : object.get(name.value());
            if (value != null && !value.isJsonNull()) {
                check(path + "." + name.value(), field.getGenericType(), value, problems);
            }
        }
    }

    private static void check(String path, Type type, JsonElement value, List<String> problems) {
        if (type instanceof ParameterizedType generic) {
            Type element =
                    generic.getActualTypeArguments()[generic.getRawType() == Map.class ? 1 : 0];
            if (generic.getRawType() == Map.class) {
                value.getAsJsonObject()
                        .entrySet()
                        .forEach(
                                it ->
                                        check(
                                                path + "." + it.getKey(),
                                                element,
                                                it.getValue(),
                                                problems));
            } else {
                value.getAsJsonArray().forEach(it -> check(path + "[]", element, it, problems));
            }
        } else if (type instanceof Class<?> plain && !isOfType(plain, value)) {
            problems.add(path + ": must be " + plain.getSimpleName() + ", is " + value);
        } else if (type instanceof Class<?> model && value.isJsonObject()) {
            checkObject(path, model, value.getAsJsonObject(), problems);
        }
    }

    private static boolean isOfType(Class<?> type, JsonElement value) {
        if (type == String.class) {
            return value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
        }
        if (type == Integer.class || type == Long.class) {
            return value.isJsonPrimitive()
                    && value.getAsJsonPrimitive().isNumber()
                    && value.getAsBigDecimal().stripTrailingZeros().scale() <= 0;
        }
        return type != Boolean.class
                || (value.isJsonPrimitive() && value.getAsJsonPrimitive().isBoolean());
    }
}
