/** The interface through which every service of the pipeline is started, probed and stopped. */
@NullMarked
package dev.millrace.contracts.service;

import org.jspecify.annotations.NullMarked;
