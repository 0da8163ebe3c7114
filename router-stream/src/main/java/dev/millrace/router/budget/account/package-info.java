/**
 * Finds the budgets that a job is paid from: the accounts of its tenant and of its batch.
 *
 * <p>Pure values, which any thread may use. Depends on contracts.
 */
@NullMarked
package dev.millrace.router.budget.account;

import org.jspecify.annotations.NullMarked;
