/**
 * What the token counts of providers mean. {@link dev.millrace.contracts.usage.CountTable} is data:
 * each name of a count with its meaning. {@link dev.millrace.contracts.usage.ReportedCounts} reads
 * the names and {@link dev.millrace.contracts.usage.UsageRules} decides what was used, also if the
 * counts disagree. Worker, gateway and audit read all counts here.
 *
 * <p>To add a name, add a row to the table, and the usage of a real answer to {@code
 * UsageRulesTest}. {@code docs/providers.md} has the first name of each meaning, which {@code
 * CountTableTest} compares.
 *
 * <p>Pure functions, used from any thread.
 *
 * <p>{@code docs/decisions/023-prices-and-token-counts.md} has the reasons.
 */
@NullMarked
package dev.millrace.contracts.usage;

import org.jspecify.annotations.NullMarked;
