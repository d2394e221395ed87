package io.espalier.cli;

import org.apache.logging.log4j.core.config.Configurator;

/** The one class that knows Spark's logging library, so that the rest runs without it. */
final class SparkLog {
  private SparkLog() {}

  /** Reads the configuration again, and with it the log's path. */
  static void reopen() {
    Configurator.reconfigure();
  }
}
