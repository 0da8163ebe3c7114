package dev.millrace.translation.field;

import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks objects against a table; unaccepted fields become findings. */
record FieldCheck(FieldTable table, Findings findings) {
    /**
     * Checks all keys of an object, and of the objects within. Objects whose fields depend on a
     * type are checked separately, once their type is known.
     *
     * @param typeKey the key of the object's type, which needs no row; empty for none
     */
    void checkKeys(ObjectNode object, FieldPlace place, String typeKey) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!field.getKey().equals(typeKey)) {
                checkValue(field.getValue(), place.field(field.getKey()));
            }
        }
    }

    /**
     * Checks an object whose fields depend on its type. Checks the type, and all keys of the object
     * if the table uses the type. Returns false if the object must be skipped.
     */
    boolean checkVariant(ObjectNode object, FieldPlace place, String typeKey) {
        Optional<FieldRow> row = table.row(place.tablePath());
        boolean isKnown = table.knows(place.tablePath());
        Handling handling = row.map(FieldRow::handling).orElse(Handling.CONVERTED);
        return switch (isKnown ? handling : unknownType()) {
            case CARRIED, RENAMED, CONVERTED, DEFAULT_ONLY -> {
                checkKeys(object, place, typeKey);
                yield true;
            }
            case NO_EFFECT -> false;
            case OMITTED -> {
                findings.omit(row.map(FieldRow::path).orElse(place.tablePath()));
                yield false;
            }
            case REFUSED -> {
                findings.refuse(
                        place.field(typeKey).path(),
                        row.map(FieldRow::note).orElse("is not known to " + table.what()));
                yield false;
            }
        };
    }

    private Handling unknownType() {
        return table.refusesUnknown() ? Handling.REFUSED : Handling.OMITTED;
    }

    private void checkValue(JsonNode value, FieldPlace place) {
        Optional<FieldRow> row = table.row(place.tablePath());
        if (row.isPresent()) {
            applyRow(row.get(), value, place);
        } else if (table.isObject(place.tablePath())) {
            checkObject(value, place);
        } else if (!table.knows(place.tablePath())) {
            checkUnknown(value, place);
        }
    }

    private void checkObject(JsonNode value, FieldPlace place) {
        if (value instanceof ObjectNode object) {
            checkKeys(object, place, "");
        } else if (!value.isNull()) {
            findings.refuse(place.path(), "must be an object");
        }
    }

    private void checkUnknown(JsonNode value, FieldPlace place) {
        if (table.refusesUnknown() && !value.isNull()) {
            findings.refuse(place.path(), "is not a known field of " + table.what());
        } else if (!isBlank(value)) {
            findings.omit(place.tablePath());
        }
    }

    private void applyRow(FieldRow row, JsonNode value, FieldPlace place) {
        boolean isRefused =
                switch (row.handling()) {
                    case CARRIED, RENAMED, CONVERTED, NO_EFFECT, OMITTED -> false;
                    case DEFAULT_ONLY -> !value.isNull() && !row.accepts(value);
                    case REFUSED -> !value.isNull();
                };
        if (isRefused) {
            findings.refuse(place.path(), row.note());
        } else if (row.handling() == Handling.OMITTED && !isBlank(value)) {
            findings.omit(row.path());
        }
    }

    /** Returns true for a value without information. */
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
}
