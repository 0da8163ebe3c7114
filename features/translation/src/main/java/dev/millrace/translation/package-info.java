/**
 * Translates requests and answers between chat completions and messages.
 *
 * <p>Other modules get {@link dev.millrace.translation.WireTranslation} as a list of {@link
 * dev.millrace.wire.translate.Translation}. Four tables define the handling of each field:
 *
 * <ul>
 *   <li>{@code chat} has the tables of chat jobs, for the request and for its answer
 *   <li>{@code messages} has the tables of messages jobs
 *   <li>{@code field} checks objects against a table
 * </ul>
 *
 * <p>To add a field, add its row to the table and its cases to {@code
 * src/test/resources/translate/<table>.json}. If the row carries, renames or converts the field,
 * also add the code to the class beside the table. {@code docs/providers.md} lists the fields of
 * requests that are refused or left out. {@code FieldTableTest} compares them, and shows the
 * expected list.
 *
 * <p>Pure functions over one body; thread-safe. Depends on contracts and wire.
 *
 * <p>{@code docs/decisions/007-bodies-and-wires.md} has the reasons.
 */
@NullMarked
package dev.millrace.translation;

import org.jspecify.annotations.NullMarked;
