/**
 * A browser for the tests of the dashboard.
 *
 * <p>Only tests use this package. Each browser is used by one thread. Depends on no other package
 * of this project.
 */
@NullMarked
package dev.millrace.testclusters.browser;

import org.jspecify.annotations.NullMarked;
