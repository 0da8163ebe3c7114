package dev.millrace.translation.field;

import dev.millrace.wire.json.JsonTree;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads one object of a body along a table. Opening the object checks all of its keys, and the keys
 * of the objects within. A field without a row, or with a value that its row does not accept,
 * becomes a finding. Objects whose fields depend on a type are checked when they are opened by that
 * type. Null means that a field is absent. Used by one thread.
 */
public final class Fields {
    private final FieldCheck check;
    private final ObjectNode object;
    private final FieldPlace place;
    private final String kind;

    private Fields(FieldCheck check, ObjectNode object, FieldPlace place, String kind) {
        this.check = check;
        this.object = object;
        this.place = place;
        this.kind = kind;
    }

    /**
     * Opens the outermost object.
     *
     * @param path the object's name, with which all paths of its findings begin
     */
    public static Fields open(FieldTable table, ObjectNode object, String path, Findings findings) {
        var check = new FieldCheck(table, findings);
        var place = new FieldPlace(path, "");
        check.checkKeys(object, place, "");
        return new Fields(check, object, place, "");
    }

    /** Returns the type or role that the object was opened with; empty for none. */
    public String kind() {
        return kind;
    }

    /** Returns the path of a field in the body, for schemas and other values without a table. */
    public String path(String key) {
        return place.field(key).path();
    }

    /** Returns the findings that the fields are checked into. */
    public Findings findings() {
        return check.findings();
    }

    /** Refuses a field. */
    public void refuse(String key, String reason) {
        findings().refuse(path(key), reason);
    }

    /** Names a field that is left out. */
    public void omit(String key) {
        findings().omit(place.field(key).tablePath());
    }

    /** Returns true if the field has a value. */
    public boolean has(String key) {
        return object.hasNonNull(key);
    }

    /** Returns a value; empty if it is absent or null. */
    public Optional<JsonNode> value(String key) {
        return Optional.of(object.path(key)).filter(it -> !it.isMissingNode() && !it.isNull());
    }

    /** Returns a text. A value of another type is refused. */
    public Optional<String> text(String key) {
        return value(key)
                .filter(it -> requireType(it.isString(), key, "text"))
                .map(JsonNode::stringValue);
    }

    /** Returns a text that the wire requires; refused and blank if there is none. */
    public String requiredText(String key) {
        Optional<String> text = text(key);
        if (text.isEmpty() && !has(key)) {
            refuse(key, "is missing");
        }
        return text.orElse("");
    }

    /** Returns a number. A value of another type is refused. */
    public Optional<BigDecimal> number(String key) {
        return value(key)
                .filter(it -> requireType(it.isNumber(), key, "a number"))
                .map(JsonNode::decimalValue);
    }

    /** Returns true for a number that the router reads as a limit when it bounds the cost. */
    public boolean isLimit(String key) {
        return value(key)
                .filter(JsonNode::isIntegralNumber)
                .filter(JsonNode::canConvertToLong)
                .filter(it -> it.longValue() >= 1)
                .isPresent();
    }

    /** Returns a boolean. A value of another type is refused. */
    public Optional<Boolean> flag(String key) {
        return value(key)
                .filter(it -> requireType(it.isBoolean(), key, "true or false"))
                .map(JsonNode::booleanValue);
    }

    /** Returns an object, which was checked together with this one. */
    public Optional<Fields> object(String key) {
        return value(key)
                .filter(it -> requireType(it.isObject(), key, "an object"))
                .map(it -> new Fields(check, (ObjectNode) it, place.field(key), ""));
    }

    /** Returns an object that the wire requires; refused and empty if there is none. */
    public Optional<Fields> requiredObject(String key) {
        if (!has(key)) {
            refuse(key, "is missing");
        }
        return object(key);
    }

    /** Opens the objects of an array. Values of other types are refused. */
    public List<Fields> objects(String key) {
        var opened = new ArrayList<Fields>();
        forEachItem(
                key,
                (item, itemPlace) -> {
                    check.checkKeys(item, itemPlace.ofType(""), "");
                    opened.add(new Fields(check, item, itemPlace.ofType(""), ""));
                });
        return opened;
    }

    /**
     * Opens the objects of an array by their types. Objects of unknown and of refused types are not
     * returned.
     *
     * @param typeKey the key of the type
     */
    public List<Fields> variants(String key, String typeKey) {
        return variants(key, typeKey, "");
    }

    /**
     * Opens the objects of an array by their types.
     *
     * @param defaultType the type of an object without one
     */
    public List<Fields> variants(String key, String typeKey, String defaultType) {
        var opened = new ArrayList<Fields>();
        forEachItem(
                key,
                (item, itemPlace) -> {
                    String type = typeName(item.path(typeKey), defaultType);
                    openVariant(item, itemPlace.ofType(type), type, typeKey).ifPresent(opened::add);
                });
        return opened;
    }

    /** Opens an object by its type, as {@link #variants} does. */
    public Optional<Fields> variant(String key, String typeKey) {
        return value(key)
                .filter(it -> requireType(it.isObject(), key, "an object"))
                .flatMap(
                        it -> {
                            String type = typeName(it.path(typeKey), "");
                            FieldPlace typed = place.field(key).ofType(type);
                            return openVariant((ObjectNode) it, typed, type, typeKey);
                        });
    }

    /** Copies a value, if there is one, to a key of another object. */
    public void copy(String key, ObjectNode target, String targetKey) {
        value(key).ifPresent(it -> target.set(targetKey, it));
    }

    /** Copies a value, if there is one, to its key in another object. */
    public void copy(String key, ObjectNode target) {
        copy(key, target, key);
    }

    /** Returns a type; a type that is no text is unknown, like a text without a row. */
    private static String typeName(JsonNode type, String defaultType) {
        if (type.isMissingNode() || type.isNull()) {
            return defaultType;
        }
        return type.isString() ? type.stringValue() : type.toString();
    }

    private Optional<Fields> openVariant(
            ObjectNode inner, FieldPlace typed, String type, String typeKey) {
        return check.checkVariant(inner, typed, typeKey)
                ? Optional.of(new Fields(check, inner, typed, type))
                : Optional.empty();
    }

    private void forEachItem(String key, BiConsumer<ObjectNode, FieldPlace> action) {
        Optional<JsonNode> array =
                value(key).filter(it -> requireType(it.isArray(), key, "an array"));
        int index = 0;
        for (JsonNode item : array.orElseGet(JsonTree::array)) {
            FieldPlace itemPlace = place.field(key).item(index++);
            if (item instanceof ObjectNode inner) {
                action.accept(inner, itemPlace);
            } else {
                findings().refuse(itemPlace.path(), "must be an object");
            }
        }
    }

    /** Refuses a value of another type than the expected one. Returns true for the expected one. */
    private boolean requireType(boolean isExpected, String key, String expected) {
        if (!isExpected) {
            refuse(key, "must be " + expected);
        }
        return isExpected;
    }
}
