/**
 * Translates requests and answers between chat completions and messages.
 *
 * <p>Other modules call {@link dev.millrace.wire.translate.Translation} only. Four tables define
 * the handling of each field: {@code chat} has the tables of chat jobs, {@code messages} the tables
 * of messages jobs, each for the request and for its answer.
 *
 * <p>To add a field, add its row to the table and its cases to {@code
 * src/test/resources/translate/<table>.json}. If the row carries, renames or converts the field,
 * also add the code to the class beside the table. {@code docs/providers.md} lists the fields of
 * requests that are refused or left out. {@code FieldTableTest} compares them, and shows the
 * expected list.
 *
 * <p>Pure functions over one body; thread-safe. Depends on contracts and on the packages below.
 *
 * <p>{@code docs/decisions/007-bodies-and-wires.md} has the reasons.
 */
@NullMarked
package dev.millrace.wire.translate;

import org.jspecify.annotations.NullMarked;
