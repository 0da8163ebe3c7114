/**
 * Tests of what jobs cost while routers and workers are killed: calls, costs, savings and budgets
 * compared with the provider's ledger.
 */
@NullMarked
package dev.millrace.standalone.economy;

import org.jspecify.annotations.NullMarked;
