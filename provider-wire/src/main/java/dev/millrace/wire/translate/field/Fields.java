package dev.millrace.wire.translate.field;

import dev.millrace.wire.json.JsonTree;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One object of a body, read along a table. Opening the object checks all of its keys, and those of
 * the objects within: a field without a row, or with a value that its row does not accept, becomes
 * a finding. Objects whose fields depend on a type are checked when they are opened by that type.
 * Null means that a field is absent. Used by one thread.
 */
public final class Fields {
    private final FieldTable table;
    private final ObjectNode object;
    private final String path;
    private final String tablePath;
    private final String kind;
    private final Findings findings;

    private Fields(
            FieldTable table,
            ObjectNode object,
            String path,
            String tablePath,
            String kind,
            Findings findings) {
        this.table = table;
        this.object = object;
        this.path = path;
        this.tablePath = tablePath;
        this.kind = kind;
        this.findings = findings;
    }

    /**
     * Opens the outermost object.
     *
     * @param path the object's name, with which all paths of its findings begin
     */
    public static Fields open(FieldTable table, ObjectNode object, String path, Findings findings) {
        return new Fields(table, object, path, "", "", findings).checked("");
    }

    private Fields checked(String discriminator) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!field.getKey().equals(discriminator)) {
                check(field.getKey(), field.getValue());
            }
        }
        return this;
    }

    private void check(String key, JsonNode value) {
        Optional<FieldRow> row = table.row(tablePath(key));
        if (row.isPresent()) {
            check(row.get(), key, value);
        } else if (table.isObject(tablePath(key))) {
            object(key).ifPresent(it -> it.checked(""));
        } else if (!table.knows(tablePath(key))) {
            checkUnknown(key, value);
        }
    }

    private void checkUnknown(String key, JsonNode value) {
        if (table.refusesUnknown()) {
            refuse(key, "is not a known field of " + table.what());
        } else if (!isBlank(value)) {
            findings.omit(tablePath(key));
        }
    }

    private void check(FieldRow row, String key, JsonNode value) {
        switch (row.handling()) {
            case CARRIED, RENAMED, CONVERTED, NO_EFFECT -> {}
            case OMITTED -> {
                if (!isBlank(value)) {
                    findings.omit(row.path());
                }
            }
            case DEFAULT_ONLY -> {
                if (!value.isNull() && !row.accepts(value)) {
                    refuse(key, row.note());
                }
            }
            case REFUSED -> {
                if (!value.isNull()) {
                    refuse(key, row.note());
                }
            }
        }
    }

    /** Returns true for a value that says nothing. */
    private static boolean isBlank(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL, MISSING -> true;
            case OBJECT, ARRAY -> value.isEmpty();
            case STRING -> value.stringValue().isEmpty();
            case NUMBER -> value.decimalValue().signum() == 0;
            case BOOLEAN -> !value.booleanValue();
            case BINARY, POJO -> false;
        };
    }

    private String tablePath(String key) {
        return tablePath.isEmpty() ? key : tablePath + "." + key;
    }

    /** Returns the type or role that the object was opened with; empty for none. */
    public String kind() {
        return kind;
    }

    /** Returns the path of a field in the body, for schemas and other values without a table. */
    public String path(String key) {
        return path + "." + key;
    }

    /** Returns the findings that the fields are checked into. */
    public Findings findings() {
        return findings;
    }

    /** Refuses a field. */
    public void refuse(String key, String reason) {
        findings.refuse(path(key), reason);
    }

    /** Names a field that is left out. */
    public void omit(String key) {
        findings.omit(tablePath(key));
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
        return value(key).filter(it -> is(it.isString(), key, "text")).map(JsonNode::stringValue);
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
                .filter(it -> is(it.isNumber(), key, "a number"))
                .map(JsonNode::decimalValue);
    }

    /** Returns a boolean. A value of another type is refused. */
    public Optional<Boolean> flag(String key) {
        return value(key)
                .filter(it -> is(it.isBoolean(), key, "true or false"))
                .map(JsonNode::booleanValue);
    }

    /** Returns an object, which was checked together with this one. */
    public Optional<Fields> object(String key) {
        return value(key)
                .filter(it -> is(it.isObject(), key, "an object"))
                .map(it -> unchecked((ObjectNode) it, path(key), tablePath(key)));
    }

    /** Opens the objects of an array. Values of other types are refused. */
    public List<Fields> objects(String key) {
        var opened = new ArrayList<Fields>();
        items(key)
                .forEach(
                        (itemPath, item) ->
                                opened.add(
                                        unchecked(item, itemPath, tablePath(key) + "[]")
                                                .checked("")));
        return opened;
    }

    /**
     * Opens the objects of an array by their types. Objects of unknown and of refused types are not
     * returned.
     *
     * @param discriminator the key of the type
     */
    public List<Fields> variants(String key, String discriminator) {
        return variants(key, discriminator, "");
    }

    /**
     * Opens the objects of an array by their types.
     *
     * @param defaultType the type of an object without one
     */
    public List<Fields> variants(String key, String discriminator, String defaultType) {
        var opened = new ArrayList<Fields>();
        items(key)
                .forEach(
                        (itemPath, item) -> {
                            String type = item.path(discriminator).asString(defaultType);
                            openVariant(item, type, itemPath, tablePath(key), discriminator)
                                    .ifPresent(opened::add);
                        });
        return opened;
    }

    /** Opens an object by its type, as {@link #variants} does. */
    public Optional<Fields> variant(String key, String discriminator) {
        return value(key)
                .filter(it -> is(it.isObject(), key, "an object"))
                .flatMap(
                        it ->
                                openVariant(
                                        (ObjectNode) it,
                                        it.path(discriminator).asString(""),
                                        path(key),
                                        tablePath(key),
                                        discriminator));
    }

    private Map<String, ObjectNode> items(String key) {
        var items = new LinkedHashMap<String, ObjectNode>();
        Optional<JsonNode> array = value(key).filter(it -> is(it.isArray(), key, "an array"));
        int index = 0;
        for (JsonNode item : array.orElseGet(JsonTree::array)) {
            String itemKey = key + "[" + index++ + "]";
            if (is(item.isObject(), itemKey, "an object")) {
                items.put(path(itemKey), (ObjectNode) item);
            }
        }
        return items;
    }

    private Fields unchecked(ObjectNode inner, String innerPath, String innerTablePath) {
        return new Fields(table, inner, innerPath, innerTablePath, "", findings);
    }

    private Optional<Fields> openVariant(
            ObjectNode inner,
            String type,
            String innerPath,
            String arrayPath,
            String discriminator) {
        String variantPath = arrayPath + "[" + type + "]";
        var opened = new Fields(table, inner, innerPath, variantPath, type, findings);
        if (!table.knows(variantPath)) {
            opened.refuseOrOmitVariant(discriminator);
            return Optional.empty();
        }
        Optional<FieldRow> row = table.row(variantPath);
        if (row.isEmpty()) {
            return Optional.of(opened.checked(discriminator));
        }
        return switch (row.get().handling()) {
            case CARRIED, RENAMED, CONVERTED -> Optional.of(opened.checked(discriminator));
            case NO_EFFECT -> Optional.empty();
            case OMITTED -> {
                findings.omit(row.get().path());
                yield Optional.empty();
            }
            case REFUSED, DEFAULT_ONLY -> {
                opened.refuse(discriminator, row.get().note());
                yield Optional.empty();
            }
        };
    }

    private void refuseOrOmitVariant(String discriminator) {
        if (table.refusesUnknown()) {
            refuse(discriminator, "is not known to " + table.what());
        } else {
            findings.omit(tablePath);
        }
    }

    private boolean is(boolean isExpected, String key, String expected) {
        if (!isExpected) {
            refuse(key, "must be " + expected);
        }
        return isExpected;
    }

    /** Copies a value, if there is one, to a key of another object. */
    public void copy(String key, ObjectNode target, String targetKey) {
        value(key).ifPresent(it -> target.set(targetKey, it));
    }

    /** Copies a value, if there is one, to the same key of another object. */
    public void copy(String key, ObjectNode target) {
        copy(key, target, key);
    }
}
