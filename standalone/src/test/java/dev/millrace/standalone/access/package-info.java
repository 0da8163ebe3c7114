/** Tests the check of rights, and compares the table of rights with its documentation. */
@NullMarked
package dev.millrace.standalone.access;

import org.jspecify.annotations.NullMarked;
