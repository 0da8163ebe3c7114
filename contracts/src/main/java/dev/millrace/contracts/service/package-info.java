/** What every service of the pipeline looks like to whoever starts and watches it. */
@NullMarked
package dev.millrace.contracts.service;

import org.jspecify.annotations.NullMarked;
