/**
 * Tests of what the project takes from others: its components, and the scan for vulnerabilities.
 */
@NullMarked
package dev.millrace.contracts.supply;

import org.jspecify.annotations.NullMarked;
