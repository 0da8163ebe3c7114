/**
 * Finds the budgets that a job is paid from: the accounts of its tenant, its batch and its API key.
 *
 * <p>Pure values, which any thread may use. Depends on contracts.
 */
@NullMarked
package dev.millrace.router.budget.account;

import org.jspecify.annotations.NullMarked;
