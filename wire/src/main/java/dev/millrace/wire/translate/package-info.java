/**
 * Translates requests and answers between chat completions and messages.
 *
 * <p>Other modules call {@link dev.millrace.wire.translate.Translation} only. Four tables say what
 * becomes of each field: {@code chat} has the tables of chat jobs, {@code messages} the tables of
 * messages jobs, each for the request and for its answer.
 *
 * <p>To add a field, add its row to the table, its cases to {@code
 * src/test/resources/translate/<table>.json}, and the code to the class beside the table if the row
 * carries, renames or converts the field. {@code docs/providers.md} lists the fields of requests
 * that are refused or left out. {@code FieldTableTest} compares them, and shows the expected list.
 *
 * <p>Pure functions over one body; thread-safe. Depends on contracts and on the packages below.
 *
 * <p>{@code docs/decisions/007-bodies-and-wires.md} has the reasons.
 */
@NullMarked
package dev.millrace.wire.translate;

import org.jspecify.annotations.NullMarked;
